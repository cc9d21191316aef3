import { describe, expect, it } from "vitest";
import {
  allow,
  asRole,
  call,
  functionNode,
  iam,
  iamOfRole,
  policy,
  refusal,
  role,
  roleArn,
  rolePolicy,
  type Statement,
  tableArn,
} from "./iam-fixture";
import { arnOf, resource } from "./recorded-context";

describe("a condition", () => {
  it("on values that a request brings is asked for each request", () => {
    const own = allow("dynamodb:PutItem", tableArn, {
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["mine"] } },
    });
    const access = iamOfRole(own);
    const put = (key: string) => call("dynamodb:PutItem", tableArn, { "dynamodb:LeadingKeys": [key] });
    expect(refusal(access, asRole, put("mine"))).toBeUndefined();
    expect(refusal(access, asRole, put("yours"))).toBeDefined();
    expect(refusal(access, asRole, put("mine"))).toBeUndefined();
  });
});

describe("a policy that the local host cannot evaluate stops the start, by name:", () => {
  const statement = allow("dynamodb:PutItem", tableArn);
  const urn = "urn:pulumi:test::flow::aws:iam/rolePolicy:RolePolicy::writer";
  const refused: readonly (readonly [string, Statement, string])[] = [
    [
      "NotAction",
      { ...statement, Action: undefined, NotAction: "dynamodb:*" },
      "the local host does not evaluate NotAction",
    ],
    ["NotResource", { ...statement, NotResource: "*" }, "the local host does not evaluate NotResource"],
    ["NotPrincipal", { ...statement, NotPrincipal: "*" }, "the local host does not evaluate NotPrincipal"],
    ["an element that IAM has not", { ...statement, Actions: "*" }, "Statement.0.Actions is not one of Sid, Effect,"],
    [
      "an operator",
      { ...statement, Condition: { IpAddress: { "aws:SourceArn": "10.0.0.0/8" } } },
      "the condition operator IpAddress is not evaluated",
    ],
    [
      "a condition key",
      { ...statement, Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } },
      "the condition key aws:RequestedRegion is not known to the local host",
    ],
    [
      "a policy variable",
      { ...statement, Resource: `${tableArn}/\${aws:username}` },
      "the local host does not evaluate the policy variable $" + "{aws:username}",
    ],
  ];
  it.each(refused)("%s", (_, wrong, message) => {
    const start = () => iam([role(), rolePolicy(policy(wrong))]);
    expect(start).toThrow(message);
    expect(start).toThrow(urn);
  });

  it("permissions that a role has by another way", () => {
    expect(() => iam([role({ managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] })])).toThrow(
      "does not support the property managedPolicyArns",
    );
    const attachment = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "admin", {
      role: "writer",
      policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    });
    expect(() => iam([role(), attachment])).toThrow(
      `${attachment.urn}: the local host does not evaluate aws:iam/rolePolicyAttachment:RolePolicyAttachment`,
    );
  });
});

describe("a role", () => {
  const trusting = (Principal: unknown, Condition?: unknown) =>
    role({ assumeRolePolicy: policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition }) });

  it("may be used by a service that it trusts on behalf of this account", () => {
    const account = (id: string) => ({ StringEquals: { "aws:SourceAccount": id } });
    const lambda = { Service: "lambda.amazonaws.com" };
    expect(() => iam([trusting(lambda, account("000000000000")), functionNode()])).not.toThrow();
    expect(() => iam([trusting(lambda, account("111111111111")), functionNode()])).toThrow(
      `${functionNode().urn}: InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda. Its role is ${roleArn}; let lambda.amazonaws.com assume it.`,
    );
  });

  it("may not be used by another service", () => {
    const machine = resource("aws:sfn/stateMachine:StateMachine", "flow", { roleArn });
    expect(() => iam([trusting({ Service: "lambda.amazonaws.com" }), machine])).toThrow(
      "let states.amazonaws.com assume it",
    );
    expect(() => iam([trusting({ Service: ["lambda.amazonaws.com", "states.amazonaws.com"] }), machine])).not.toThrow();
  });

  it("may be scoped to a schedule's group and not to the schedule, as Scheduler names its group", () => {
    const schedule = (groupName?: string) =>
      resource("aws:scheduler/schedule:Schedule", "nightly", { groupName, target: { roleArn } });
    const source = (arn: string) =>
      trusting({ Service: "scheduler.amazonaws.com" }, { ArnLike: { "aws:SourceArn": arn } });
    const group = (name: string) => source(arnOf("scheduler", `schedule-group/${name}`));
    expect(() => iam([group("default"), schedule()])).not.toThrow();
    expect(() => iam([group("jobs"), schedule("jobs")])).not.toThrow();
    expect(() => iam([group("jobs"), schedule()])).toThrow("let scheduler.amazonaws.com assume it");
    expect(() => iam([source(arnOf("scheduler", "schedule/default/nightly")), schedule()])).toThrow(
      "let scheduler.amazonaws.com assume it",
    );
  });
});
