import type { Resource } from "./resource";
import type { StackResource } from "./stack";
import { at, holdsUnknown, isProperties, itemsOf, type Properties, parsed, type Value } from "./value";

/** A statement of an IAM policy document. */
export interface Statement {
  readonly allows: boolean;
  /** Actions it is about; with `others` all but these. */
  readonly actions: readonly string[];
  readonly allOtherActions: boolean;
  /** ARNs; an ARN that a preview does not know is `unknown`. */
  readonly resources: readonly Value[];
  readonly allOtherResources: boolean;
  /** By kind: AWS, Service, Federated. `"*"` is `{ AWS: ["*"] }`. */
  readonly principals: Readonly<Record<string, readonly Value[]>>;
  /** By condition key in lower case, the values it is compared with; a negated operator is left out. */
  readonly conditions: Readonly<Record<string, readonly Value[]>>;
}

const identityPolicies: Readonly<Record<string, string>> = {
  "aws:iam/groupPolicy:GroupPolicy": "policy",
  "aws:iam/policy:Policy": "policy",
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/userPolicy:UserPolicy": "policy",
};

const resourcePolicies: Readonly<Record<string, string>> = {
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
  "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
  "aws:iam/role:Role": "assumeRolePolicy",
  "aws:kms/key:Key": "policy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queue:Queue": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
};

/** Types that carry what a principal may do; a component carries it as `grants`. */
export const identityPolicyTypes = [...Object.keys(identityPolicies), "aws:iam/role:Role", "components"] as const;

/** Types that carry who may use a resource, a role's trust among them. */
export const resourcePolicyTypes = Object.keys(resourcePolicies);

/** What a resource lets a principal do. A document that a preview does not know has no statements. */
export function identityStatements({ type, properties }: Resource): readonly Statement[] {
  if (type === "aws:iam/role:Role") {
    return itemsOf(properties["inlinePolicies"]).flatMap((inline) => statementsIn(at(inline, "policy")));
  }
  const property = identityPolicies[type];
  if (property !== undefined) return statementsIn(properties[property]);
  return itemsOf(properties["grants"])
    .filter(isProperties)
    .map((grant) =>
      statementOf({
        Effect: "Allow",
        Action: grant["actions"] ?? [],
        Resource: grant["resources"] ?? [],
        Condition: grant["condition"],
      }),
    );
}

/** Who may use a resource. A document that a preview does not know has no statements. */
export function resourceStatements({ type, properties }: Resource): readonly Statement[] {
  const property = resourcePolicies[type];
  return property === undefined ? [] : statementsIn(properties[property]);
}

/**
 * The statements of a policy in the stack. One that a preview does not know is taken from what its component registers
 * as its output `statements`; undefined when there is none.
 */
export function knownStatements({ type, properties, parent }: StackResource): readonly Statement[] | undefined {
  const document = properties[resourcePolicies[type] ?? "policy"];
  if (!holdsUnknown(document)) return statementsIn(document);
  const { statements } = parent;
  return statements === undefined ? undefined : itemsOf(statements).filter(isProperties).map(statementOf);
}

/** Whether resources of a type carry a policy document. */
export const holdsDocument = (type: string): boolean => type in resourcePolicies || type in identityPolicies;

/** The resource with the document that its component declares, where a preview does not know the real one. */
export function withDeclaredDocument(resource: StackResource): Resource | undefined {
  const property = resourcePolicies[resource.type] ?? identityPolicies[resource.type];
  const { statements } = resource.parent;
  if (property === undefined || statements === undefined || !holdsUnknown(resource.properties[property]))
    return undefined;
  return { ...resource, properties: { ...resource.properties, [property]: { Statement: statements } } };
}

const statementsIn = (document: Value): readonly Statement[] =>
  itemsOf(at(parsed(document), "Statement"))
    .filter(isProperties)
    .map(statementOf);

function statementOf(statement: Properties): Statement {
  return {
    allows: statement["Effect"] === "Allow",
    actions: textItems(statement["Action"] ?? statement["NotAction"]),
    allOtherActions: statement["NotAction"] !== undefined,
    resources: itemsOf(statement["Resource"] ?? statement["NotResource"]),
    allOtherResources: statement["NotResource"] !== undefined,
    principals: principalsOf(statement["Principal"]),
    conditions: conditionsOf(statement["Condition"]),
  };
}

const textItems = (value: Value): readonly string[] => itemsOf(value).filter((item) => typeof item === "string");

function principalsOf(principal: Value): Readonly<Record<string, readonly Value[]>> {
  if (principal === "*") return { AWS: ["*"] };
  if (!isProperties(principal)) return {};
  return Object.fromEntries(Object.entries(principal).map(([kind, value]) => [kind, itemsOf(value)]));
}

function conditionsOf(condition: Value): Readonly<Record<string, readonly Value[]>> {
  const conditions: Record<string, readonly Value[]> = {};
  if (!isProperties(condition)) return conditions;
  for (const [operator, keys] of Object.entries(condition)) {
    if (/Not|Null/.test(operator) || !isProperties(keys)) continue;
    for (const [key, value] of Object.entries(keys)) {
      conditions[key.toLowerCase()] = [...(conditions[key.toLowerCase()] ?? []), ...itemsOf(value)];
    }
  }
  return conditions;
}

/** A condition on a key that compares it with something; `*` compares with nothing. */
export const hasCondition = ({ conditions }: Statement, keys: RegExp): boolean =>
  Object.entries(conditions).some(([key, values]) => keys.test(key) && values.length > 0 && !values.includes("*"));
