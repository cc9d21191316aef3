import { type PolicyStatement, readPolicy } from "iam-documents/policy-document";
import type { Resource } from "./resource";
import type { StackResource } from "./stack";
import { at, holdsUnknown, isProperties, isSet, itemsOf, unknown, type Value } from "./value";

/** A statement of an IAM policy document; a text in it that a preview does not know is `unknown`. */
export type Statement = PolicyStatement<string | typeof unknown>;

type Principal = Statement["principals"][number];

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
  const grants = itemsOf(properties["grants"]).filter(isProperties);
  return statementsIn({
    Statement: grants.map(({ actions, resources, condition }) => ({
      Effect: "Allow",
      Action: actions ?? [],
      Resource: resources,
      ...(condition === undefined ? {} : { Condition: condition }),
    })),
  });
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
  return statements === undefined ? undefined : statementsIn({ Statement: statements });
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

const isUnknown = (value: unknown): value is typeof unknown => value === unknown;

/** What IAM would refuse a document for is not a rule's subject: what can be read of it is judged. */
const statementsIn = (document: Value): readonly Statement[] =>
  isSet(document) && document !== unknown ? readPolicy(document, isUnknown).statements : [];

/** The actions that a preview knows. */
export const knownActions = ({ actions }: Statement): readonly string[] =>
  actions.filter((action) => typeof action === "string");

/** The known names of some kinds of principal; with NotPrincipal none is named that it is about. */
export const principalsOf = (
  { principals, allOtherPrincipals }: Statement,
  ...kinds: readonly Principal["kind"][]
): readonly string[] =>
  (allOtherPrincipals ? [] : principals)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ name }) => name)
    .filter((name) => typeof name === "string");

/** The values that a condition key is compared with, whatever its case; a negated comparison compares with nothing. */
export const conditionValues = ({ condition }: Statement, keys: RegExp): readonly (string | typeof unknown)[][] =>
  Object.entries(condition)
    .filter(([operator]) => !/Not|Null/.test(operator))
    .flatMap(([, byKey]) => Object.entries(byKey))
    .filter(([key]) => keys.test(key.toLowerCase()))
    .map(([, values]) => [...values]);

/** A condition on a key that compares it with something; `*` compares with nothing. */
export const hasCondition = (statement: Statement, keys: RegExp): boolean =>
  conditionValues(statement, keys).some((values) => values.length > 0 && !values.includes("*"));
