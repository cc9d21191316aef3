import type { Rule } from "../../policies/rule";

/** docs/policies.md: how to use the pack, and each rule with its level, reason and fix. */
export const rulesPage = (rules: readonly Rule[]): string =>
  `${[introduction(rules.length), ...areasOf(rules).map((area) => areaSection(area, rules))].join("\n\n")}\n`;

const introduction = (
  count: number,
): string => `<!-- Generated from policies/; a test fails when it is stale. To renew it: npx vitest run tests/policies/rules-page.test.ts -u -->

# Policies

A CrossGuard policy pack of ${count} rules for event-driven systems on AWS. It knows resources of \`@pulumi/aws\` by their type, nothing of this program, and runs in any Pulumi pipeline.

\`\`\`sh
pulumi preview --policy-pack policies                                    # here
pulumi preview --policy-pack path/to/policies --policy-pack-config strict.json  # in another pipeline
npm run bundle-policies && pulumi policy publish dist/policies           # for a whole organization
\`\`\`

A violation of a mandatory rule stops the preview, and with it the update. Each rule's level is \`mandatory\`, \`advisory\` or \`disabled\`; a config changes it, and the settings of the rules that have any:

\`\`\`json
{
  "function-runs-on-arm64": "mandatory",
  "required-tags": { "tags": ["project", "stack", "owner"] },
  "route-is-authorized": { "enforcementLevel": "mandatory", "public": ["GET /health", "GET /status"] }
}
\`\`\`

Rules on a resource see its inputs, before it is changed. Rules on the stack see all its resources together, and find out which refers to which by ARN, name or URL; in a preview that does not know these yet, by what each property was made from.

A preview does not know a text with an unknown ARN in it, such as the policy document of a queue that does not exist yet. Such a value is not judged in the preview; the rule on a resource judges it in the update, before it is written. A component can say the same as plain inputs, which a preview knows, so that a violation stops the preview already:

| a component passes | what it is | rules |
|---|---|---|
| input \`grants\` | \`{ actions, resources, condition? }[]\`: what its role may do | no-wildcard-action, no-wildcard-resource |
| input \`maxReceives\` | receives before a message is a dead letter | receives-before-dead-letters |
| output \`statements\` | the statements of its queue's, topic's or bucket's policy | queue-demands-tls, topic-demands-tls, bucket-demands-tls, dead-letters-let-sender-in, no-open-trust |

Two settings of the stack's own configuration, in whatever namespace, are demands on its resources: \`customerManagedKey: true\` (everything at rest under a key of the stack's own) and \`protect: true\` (deletion refused by AWS too).`;

const areasOf = (rules: readonly Rule[]): readonly Rule["area"][] => [...new Set(rules.map(({ area }) => area))];

const areaSection = (area: Rule["area"], rules: readonly Rule[]): string =>
  [`## ${area}`, ...rules.filter((rule) => rule.area === area).map(ruleSection)].join("\n\n");

function ruleSection(rule: Rule): string {
  const settings = Object.entries(rule.settings ?? {}).map(
    ([name, setting]) => `- Setting \`${name}\`: ${setting.meaning} Default: ${listed(setting.default)}.`,
  );
  return [
    `### ${rule.name}`,
    "",
    `${rule.reason} ${rule.fix}`,
    "",
    `- Level: ${rule.level ?? "mandatory"}. Severity: ${rule.severity}. Looks at: ${"checkStack" in rule ? "the stack" : "a resource"}.`,
    ...(rule.atPreview === undefined ? [] : [`- In a preview: ${rule.atPreview}`]),
    ...settings,
    `- Source: <${rule.source}>`,
  ].join("\n");
}

const listed = (values: readonly string[]): string =>
  values.length === 0 ? "none" : values.map((value) => `\`${value}\``).join(", ");
