import type { PolicyStatement } from "iam-documents/policy-document";
import * as z from "zod";
import { readInputs } from "../endpoint/read-inputs";
import { outputOf } from "../program/output-of";
import { type ResourceGraph, type ResourceNode, resourcesOf } from "../program/resource-graph";
import { evaluableStatements } from "./evaluable-statements";
import { type PolicyRule, rulesOfResource, rulesOfRole } from "./policy-rule";

/** What a program declares about who may do what. */
export interface DeclaredPolicies {
  /** Of each role, by its ARN. */
  readonly ofRole: ReadonlyMap<string, readonly PolicyRule[]>;
  /** Of each resource that has a policy of its own, by its ARN. */
  readonly ofResource: ReadonlyMap<string, readonly PolicyRule[]>;
  /** Of each KMS key, by its ARN. */
  readonly ofKey: ReadonlyMap<string, readonly PolicyRule[]>;
  /** Who may take on a role, by the role's ARN. */
  readonly trustOf: ReadonlyMap<string, readonly PolicyRule[]>;
}

const unsupported = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
  "aws:cloudwatch/eventPermission:EventPermission",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
] as const;

const document = z.union([z.string(), z.record(z.string(), z.unknown())]);

/** Reads with the resource's URN before whatever is wrong. */
const about = <Result>(node: ResourceNode, read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.startsWith(node.urn) ? message : `${node.urn}: ${message}`, { cause: error });
  }
};

const arnOf = (node: ResourceNode): string => outputOf(node, "arn");

class RulesByArn extends Map<string, PolicyRule[]> {
  add(arn: string, rules: readonly PolicyRule[]): void {
    this.set(arn, [...(this.get(arn) ?? []), ...rules]);
  }
}

const roleShape = { assumeRolePolicy: document };
/** Permissions that a role has by other ways are refused by readInputs: managedPolicyArns, inlinePolicies, permissionsBoundary. */
const ignoredOfRole = ["name", "namePrefix", "description", "path", "maxSessionDuration", "forceDetachPolicies"];

/** The policies of a program; throws naming the resource for what the local host does not evaluate. */
export const declaredPolicies = (graph: ResourceGraph): DeclaredPolicies => {
  for (const type of unsupported) {
    const [node] = resourcesOf(graph, type);
    if (node === undefined) continue;
    throw new Error(
      `${node.urn}: the local host does not evaluate ${type}; write what it grants as aws:iam/rolePolicy`,
    );
  }
  const ofRole = new RulesByArn();
  const trustOf = new RulesByArn();
  const roles = resourcesOf(graph, "aws:iam/role:Role");
  for (const node of roles) {
    about(node, () => {
      const { assumeRolePolicy } = readInputs(node, roleShape, ignoredOfRole);
      trustOf.add(arnOf(node), rulesOfResource(evaluableStatements(assumeRolePolicy)));
      ofRole.add(arnOf(node), []);
    });
  }
  for (const node of resourcesOf(graph, "aws:iam/rolePolicy:RolePolicy")) {
    about(node, () => {
      const { role, policy } = readInputs(node, { role: z.string(), policy: document }, ["name", "namePrefix"]);
      const owner = roles.find((it) => it.id === role || it.outputs["name"] === role);
      if (owner === undefined) throw new Error(`its role ${role} is no role of this program`);
      ofRole.add(arnOf(owner), rulesOfRole(arnOf(owner), evaluableStatements(policy)));
    });
  }
  return { ofRole, trustOf, ofResource: resourcePolicies(graph), ofKey: keyPolicies(graph) };
};

/** Types of policies of resources, and the ARN of the resource that each is for. */
const policyTypes: Readonly<Record<string, (graph: ResourceGraph, node: ResourceNode) => string>> = {
  "aws:sqs/queue:Queue": (_, node) => arnOf(node),
  "aws:sqs/queuePolicy:QueuePolicy": (graph, node) => ownerArn(graph, "aws:sqs/queue:Queue", node, "queueUrl"),
  "aws:sns/topic:Topic": (_, node) => arnOf(node),
  "aws:sns/topicPolicy:TopicPolicy": (_, { inputs }) => String(inputs["arn"]),
  "aws:s3/bucket:Bucket": (_, node) => arnOf(node),
  "aws:s3/bucketV2:BucketV2": (_, node) => arnOf(node),
  "aws:s3/bucketPolicy:BucketPolicy": (_, { inputs }) => `arn:aws:s3:::${String(inputs["bucket"])}`,
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ({ region, accountId }, { inputs }) =>
    `arn:aws:events:${region}:${accountId}:event-bus/${String(inputs["eventBusName"] ?? "default")}`,
};

const ownerArn = (graph: ResourceGraph, type: string, node: ResourceNode, property: string): string => {
  const owner = resourcesOf(graph, type).find(({ id }) => id === node.inputs[property]);
  if (owner !== undefined) return arnOf(owner);
  throw new Error(`the property ${property} is ${JSON.stringify(node.inputs[property])}, which is no ${type}`);
};

const resourcePolicies = (graph: ResourceGraph): RulesByArn => {
  const ofResource = new RulesByArn();
  for (const [type, arnFor] of Object.entries(policyTypes)) {
    for (const node of resourcesOf(graph, type)) {
      const policy = node.inputs["policy"];
      if (policy === undefined || policy === "") continue;
      about(node, () => ofResource.add(arnFor(graph, node), rulesOfResource(evaluableStatements(policy))));
    }
  }
  for (const node of resourcesOf(graph, "aws:lambda/permission:Permission")) {
    about(node, () => {
      const { arn, statement } = functionPermission(graph, node);
      ofResource.add(arn, rulesOfResource([statement]));
    });
  }
  return ofResource;
};

const keyPolicies = (graph: ResourceGraph): RulesByArn => {
  const ofKey = new RulesByArn();
  for (const node of resourcesOf(graph, "aws:kms/key:Key")) {
    // Without a policy of its own, a key has KMS's: the account's own policies decide.
    const policy = node.inputs["policy"] ?? accountDecides(graph.accountId);
    about(node, () => ofKey.add(arnOf(node), rulesOfResource(evaluableStatements(policy))));
  }
  return ofKey;
};

const accountDecides = (accountId: string): unknown => ({
  Statement: { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
});

const permissionShape = {
  action: z.string(),
  function: z.string(),
  principal: z.string(),
  sourceArn: z.string().optional(),
  sourceAccount: z.string().optional(),
};

/** The statement that AddPermission puts into a function's policy. */
const functionPermission = (
  { region, accountId }: ResourceGraph,
  node: ResourceNode,
): { readonly arn: string; readonly statement: PolicyStatement } => {
  const given = readInputs(node, permissionShape, ["statementId", "statementIdPrefix", "qualifier"]);
  const name = given.function.startsWith("arn:") ? given.function.split(":")[6] : given.function.split(":")[0];
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${name ?? ""}`;
  const kind = given.principal === "*" ? "everybody" : given.principal.endsWith(".amazonaws.com") ? "service" : "aws";
  return {
    arn,
    statement: {
      effect: "Allow",
      principals: [{ kind, name: given.principal }],
      allOtherPrincipals: false,
      actions: [given.action],
      allOtherActions: false,
      resources: [arn],
      allOtherResources: false,
      condition: {
        ...(given.sourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": [given.sourceArn] } }),
        ...(given.sourceAccount === undefined ? {} : { StringEquals: { "AWS:SourceAccount": [given.sourceAccount] } }),
      },
    },
  };
};
