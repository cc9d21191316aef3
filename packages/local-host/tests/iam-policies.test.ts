import { describe, expect, it } from "vitest";
import { type ConditionBlock, compileCondition } from "../src/kernel/iam/condition";
import { arnPattern, globPattern } from "../src/kernel/iam/pattern";
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
import { resource } from "./recorded-context";

describe("a pattern", () => {
  it.each([
    ["orders/*", "orders/a/b", true],
    ["orders/*", "order/a", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a.c", "abc", false],
    ["*", "", true],
    ["a(b)+[c]$", "a(b)+[c]$", true],
  ])("%s on %s: %s", (pattern, text, expected) => expect(globPattern(pattern)(text)).toBe(expected));

  it("of an ARN compares part by part", () => {
    const anyRule = arnPattern("arn:aws:events:*:000000000000:rule/*");
    expect(anyRule("arn:aws:events:eu-west-1:000000000000:rule/bus/placed")).toBe(true);
    expect(anyRule("arn:aws:events:eu-west-1:111111111111:rule/bus/placed")).toBe(false);
    expect(arnPattern("arn:aws:*:rule/x")("arn:aws:events:eu-west-1:000000000000:rule/x")).toBe(false);
  });
});

describe("a condition", () => {
  const source = "arn:aws:sns:eu-west-1:000000000000:topic";
  const cases: readonly (readonly [ConditionBlock, Readonly<Record<string, readonly string[]>>, boolean])[] = [
    [{ StringEquals: { "aws:SourceAccount": ["1", "2"] } }, { "aws:SourceAccount": ["2"] }, true],
    [{ StringEquals: { "aws:SourceAccount": ["1", "2"] } }, { "aws:SourceAccount": ["3"] }, false],
    [{ StringEquals: { "aws:SourceAccount": ["1"] } }, {}, false],
    [{ StringEqualsIfExists: { "aws:SourceAccount": ["1"] } }, {}, true],
    [{ StringEqualsIfExists: { "aws:SourceAccount": ["1"] } }, { "aws:SourceAccount": ["2"] }, false],
    [{ StringNotEquals: { "aws:SourceAccount": ["1"] } }, {}, true],
    [{ StringNotEquals: { "aws:SourceAccount": ["1", "2"] } }, { "aws:SourceAccount": ["2"] }, false],
    [{ StringLike: { "events:source": ["ord*"] } }, { "events:source": ["orders"] }, true],
    [{ StringNotLike: { "events:source": ["ord*"] } }, { "events:source": ["orders"] }, false],
    [{ ArnLike: { "AWS:SourceArn": ["arn:aws:sns:*:*:topic"] } }, { "aws:SourceArn": [source] }, true],
    [{ ArnEquals: { "aws:sourcearn": [source] } }, { "aws:SourceArn": [`${source}2`] }, false],
    [{ ArnNotLike: { "aws:SourceArn": ["arn:aws:sns:*:*:*"] } }, { "aws:SourceArn": [source] }, false],
    [{ Bool: { "aws:SecureTransport": ["false"] } }, { "aws:SecureTransport": ["true"] }, false],
    [
      { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "status"] } },
      { "dynamodb:Attributes": ["id"] },
      true,
    ],
    [
      { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id"] } },
      { "dynamodb:Attributes": ["id", "total"] },
      false,
    ],
    [{ "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id"] } }, {}, true],
    [
      { "ForAnyValue:StringEquals": { "dynamodb:Attributes": ["id"] } },
      { "dynamodb:Attributes": ["total", "id"] },
      true,
    ],
    [{ "ForAnyValue:StringEquals": { "dynamodb:Attributes": ["id"] } }, {}, false],
    [
      { StringEquals: { "aws:SourceAccount": ["1"] }, ArnLike: { "aws:SourceArn": [source] } },
      { "aws:SourceAccount": ["1"] },
      false,
    ],
  ];
  it.each(cases)("%j on %j: %s", (block, values, expected) => {
    expect(compileCondition(block).holds((key) => values[key])).toBe(expected);
  });

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
    ["NotAction", { ...statement, Action: undefined, NotAction: "dynamodb:*" }, 'Unrecognized key: "NotAction"'],
    ["NotResource", { ...statement, NotResource: "*" }, 'Unrecognized key: "NotResource"'],
    ["NotPrincipal", { ...statement, NotPrincipal: "*" }, 'Unrecognized key: "NotPrincipal"'],
    [
      "an operator",
      { ...statement, Condition: { IpAddress: { "aws:SourceArn": "10.0.0.0/8" } } },
      "the condition operator IpAddress is not evaluated by the local host",
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
});
