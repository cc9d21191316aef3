import type { PolicyConfigSchema, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { holdsDocument, withDeclaredDocument } from "./policy-document";
import { resourceOf } from "./resource";
import type { ResourceRule, Rule, RuleSettings } from "./rule";
import { Stack } from "./stack";
import { isProperties, type Properties, plainValue } from "./value";

/** A rule as Pulumi's policy packs want it. */
export function policyFrom(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const policy = {
    name: rule.name,
    description: rule.reason,
    enforcementLevel: rule.level ?? ("mandatory" as const),
    severity: rule.severity,
    remediationSteps: rule.fix,
    url: rule.source,
    tags: [rule.area],
    ...(rule.settings === undefined ? {} : { configSchema: configSchemaOf(rule.settings) }),
  };
  if ("checkStack" in rule) {
    return {
      ...policy,
      validateStack: (args, report) => {
        for (const { resource, message } of rule.checkStack(new Stack(args.resources), settingsOf(rule, args))) {
          report(message, resource.urn);
        }
      },
    };
  }
  return {
    ...policy,
    validateResource: async (args, report) => {
      if (!appliesTo(rule, args.type)) return;
      const messages = await rule.check(resourceOf(args, propertiesOf(args.props)), {
        settings: settingsOf(rule, args),
        provider: propertiesOf(args.provider?.props),
      });
      for (const message of messages) report(message);
    },
    ...(rule.types.some(holdsDocument) ? { validateStack: declaredDocuments(rule) } : {}),
  };
}

/** A preview does not know a document with an unknown ARN: what its component declares is judged in its place. */
const declaredDocuments =
  (rule: ResourceRule): StackValidationPolicy["validateStack"] =>
  async (args, report) => {
    for (const resource of new Stack(args.resources).of(...rule.types.filter(holdsDocument))) {
      const declared = withDeclaredDocument(resource);
      if (declared === undefined) continue;
      const messages = await rule.check(declared, { settings: settingsOf(rule, args), provider: {} });
      for (const message of messages) report(message, resource.urn);
    }
  };

/** A component's type has the package's own name: `order-pipeline:index:WorkQueue`; providers are `pulumi:providers:aws`. */
const appliesTo = ({ types }: ResourceRule, type: string): boolean =>
  types.includes(type) || (types.includes("components") && !/^(?:aws|awsx|pulumi):/.test(type));

const propertiesOf = (props: unknown): Properties => {
  const value = plainValue(props);
  return isProperties(value) ? value : {};
};

function settingsOf(rule: Rule, args: { getConfig<T extends object>(): T }): RuleSettings {
  const configured = propertiesOf(args.getConfig());
  return Object.fromEntries(
    Object.entries(rule.settings ?? {}).map(([name, setting]) => {
      const list = configured[name];
      return [name, Array.isArray(list) ? list.filter((item) => typeof item === "string") : setting.default];
    }),
  );
}

const configSchemaOf = (settings: NonNullable<Rule["settings"]>): PolicyConfigSchema => ({
  properties: Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [
      name,
      { type: "array", items: { type: "string" }, description: setting.meaning, default: [...setting.default] },
    ]),
  ),
});
