import type { AccessCheck } from "../src/kernel/endpoint/access-control";
import type { AwsError } from "../src/kernel/endpoint/aws-service";
import type { Principal } from "../src/kernel/endpoint/principal";
import { IamAccessControl, type IamOptions } from "../src/kernel/iam/iam-access-control";
import type { ResourceGraph, ResourceNode } from "../src/kernel/program/resource-graph";
import { serviceDeclarations } from "../src/service-declarations";
import { arnOf, recordedContext, resource } from "./recorded-context";

/** What the access control knows of the services. */
export const accessOfServices = serviceDeclarations.flatMap(({ access }) => access ?? []);

export const roleArn = "arn:aws:iam::000000000000:role/writer";
export const functionArn = arnOf("lambda", "function:writer");
export const tableArn = arnOf("dynamodb", "table/photos");
export const queueArn = arnOf("sqs", "work");
export const ruleArn = arnOf("events", "rule/bus/placed");

export const asRole: Principal = { kind: "role", roleArn, actor: "writer" };
export const asRule = {
  kind: "service",
  service: "events.amazonaws.com",
  sourceArn: ruleArn,
} as const satisfies Principal;
export const asDeveloper: Principal = { kind: "developer" };

export type Statement = Readonly<Record<string, unknown>>;

export const policy = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const allow = (Action: unknown, Resource: unknown, more: Statement = {}): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

export const deny = (Action: unknown, Resource: unknown, more: Statement = {}): Statement => ({
  ...allow(Action, Resource, more),
  Effect: "Deny",
});

const trust = policy({ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" });

export const role = (inputs: Statement = {}): ResourceNode =>
  resource("aws:iam/role:Role", "writer", { assumeRolePolicy: trust, ...inputs }, { arn: roleArn });

export const rolePolicy = (document: unknown): ResourceNode =>
  resource("aws:iam/rolePolicy:RolePolicy", "writer", { role: "writer", policy: document });

export const queueWith = (document: string): ResourceNode =>
  resource("aws:sqs/queue:Queue", "work", { policy: document }, { arn: queueArn });

export const functionNode = (): ResourceNode =>
  resource("aws:lambda/function:Function", "writer", { role: roleArn }, { arn: functionArn });

export const graphOf = (...resources: readonly ResourceNode[]): ResourceGraph => recordedContext({ resources }).graph;

export const iam = (resources: readonly ResourceNode[], options: IamOptions = {}): IamAccessControl =>
  new IamAccessControl(graphOf(...resources), accessOfServices, options);

/** A role with these statements, and nothing else. */
export const iamOfRole = (...statements: readonly Statement[]): IamAccessControl =>
  iam([role(), rolePolicy(policy(...statements))]);

export const call = (action: string, resourceArn: string, context?: AccessCheck["context"]) => ({
  action,
  resourceArn,
  ...(context === undefined ? {} : { context }),
});

/** The error a call gets; undefined when it is allowed. */
export const refusal = (
  access: IamAccessControl,
  principal: Principal,
  check: Omit<AccessCheck, "principal">,
): AwsError | undefined => {
  try {
    access.check({ principal, ...check });
    return undefined;
  } catch (error) {
    // The only thing that check throws.
    return error as AwsError;
  }
};
