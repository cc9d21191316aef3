import { describe, expect, it } from "vitest";
import type { AccessDecision } from "../src/kernel/iam/iam-access-control";
import {
  allow,
  asDeveloper,
  asRole,
  asRule,
  call,
  deny,
  functionArn,
  functionNode,
  iam,
  iamOfRole,
  policy,
  queueArn,
  queueWith,
  refusal,
  role,
  roleArn,
  rolePolicy,
  ruleArn,
  tableArn,
} from "./iam-fixture";
import { arnOf, resource } from "./recorded-context";

const user = "User: arn:aws:sts::000000000000:assumed-role/writer/writer is not authorized to perform:";
const put = call("dynamodb:PutItem", tableArn);
const send = call("sqs:SendMessage", queueArn);

describe("a call with a role", () => {
  it("is allowed what the role's policy grants, and nothing beside it", () => {
    const access = iamOfRole(allow(["dynamodb:PutItem", "dynamodb:GetItem"], [tableArn]));
    expect(refusal(access, asRole, put)).toBeUndefined();
    expect(refusal(access, asRole, call("dynamodb:getitem", tableArn))).toBeUndefined();
    expect(refusal(access, asRole, call("dynamodb:DeleteItem", tableArn))).toBeDefined();
    expect(refusal(access, asRole, call("dynamodb:PutItem", `${tableArn}-2`))).toBeDefined();
    expect(refusal(access, { kind: "role", roleArn: `${roleArn}-2`, actor: "other" }, put)).toBeDefined();
  });

  it.each([
    ["dynamodb:PutItem", tableArn, "AccessDeniedException", 400, `dynamodb:PutItem on resource: ${tableArn}`],
    ["sqs:SendMessage", queueArn, "AccessDenied", 403, `sqs:sendmessage on resource: ${queueArn}`],
    ["sns:Publish", arnOf("sns", "out"), "AuthorizationError", 403, `SNS:Publish on resource: ${arnOf("sns", "out")}`],
    [
      "s3:PutObject",
      "arn:aws:s3:::files/a.csv",
      "AccessDenied",
      403,
      's3:PutObject on resource: "arn:aws:s3:::files/a.csv"',
    ],
    [
      "lambda:InvokeFunction",
      functionArn,
      "AccessDeniedException",
      403,
      `lambda:InvokeFunction on resource: ${functionArn}`,
    ],
    ["cloudwatch:PutMetricData", "*", "AccessDenied", 403, "cloudwatch:PutMetricData"],
  ])("is refused %s in the service's words", (action, resourceArn, name, status, what) => {
    const named = what.split(" ")[0];
    expect(refusal(iamOfRole(), asRole, call(action, resourceArn))).toMatchObject({
      name,
      status,
      message: `${user} ${what} because no identity-based policy allows the ${named} action`,
    });
  });

  it("is refused what is denied, though it is granted as well", () => {
    const access = iamOfRole(allow("dynamodb:PutItem", tableArn), deny("dynamodb:Put*", "*"));
    expect(refusal(access, asRole, put)?.message).toBe(
      `${user} dynamodb:PutItem on resource: ${tableArn} with an explicit deny in an identity-based policy`,
    );
  });

  it("is allowed by the resource's policy alone when that names the role", () => {
    const lets = (AWS: string) => iam([role(), queueWith(policy(allow("sqs:*", queueArn, { Principal: { AWS } })))]);
    expect(refusal(lets(roleArn), asRole, send)).toBeUndefined();
    expect(refusal(lets("*"), asRole, send)).toBeUndefined();
    // An account as a principal leaves it to the role's own policy.
    expect(refusal(lets("arn:aws:iam::000000000000:root"), asRole, send)).toBeDefined();
    expect(refusal(lets(`${roleArn}-2`), asRole, send)).toBeDefined();
  });

  it("is refused what the resource's policy denies", () => {
    const closed = queueWith(policy(deny("sqs:SendMessage", queueArn, { Principal: "*" })));
    const access = iam([role(), rolePolicy(policy(allow("sqs:SendMessage", queueArn))), closed]);
    expect(refusal(access, asRole, send)?.message).toBe(
      `${user} sqs:sendmessage on resource: ${queueArn} with an explicit deny in a resource-based policy`,
    );
  });
});

describe("a call of a service on its own", () => {
  const fromRule = (arn: string) =>
    allow("sqs:SendMessage", queueArn, {
      Principal: { Service: "events.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": arn } },
    });

  it("needs the policy of the resource, for its very source", () => {
    const access = iam([queueWith(policy(fromRule(ruleArn)))]);
    expect(refusal(access, asRule, send)).toBeUndefined();
    expect(refusal(access, { ...asRule, sourceArn: `${ruleArn}-2` }, send)).toMatchObject({
      name: "AccessDenied",
      message: `User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: ${queueArn} because no resource-based policy allows the sqs:sendmessage action`,
    });
    expect(refusal(access, { ...asRule, service: "sns.amazonaws.com" }, send)).toBeDefined();
    expect(refusal(iam([]), asRule, send)).toBeDefined();
  });

  it("comes from this account, for a condition on the source's account", () => {
    const only = (account: string) =>
      iam([
        queueWith(
          policy(
            allow("sqs:SendMessage", queueArn, {
              Principal: { Service: ["events.amazonaws.com"] },
              Condition: { StringEquals: { "AWS:SourceAccount": account } },
            }),
          ),
        ),
      ]);
    expect(refusal(only("000000000000"), asRule, send)).toBeUndefined();
    expect(refusal(only("111111111111"), asRule, send)).toBeDefined();
  });

  it("may invoke a function by a Permission, from the routes that this names", () => {
    const permission = resource("aws:lambda/permission:Permission", "api", {
      action: "lambda:InvokeFunction",
      function: "writer",
      principal: "apigateway.amazonaws.com",
      sourceArn: arnOf("execute-api", "a1b2c3/*/POST/photos"),
    });
    const access = iam([permission]);
    const invoke = call("lambda:InvokeFunction", functionArn);
    const from = (route: string) => ({
      kind: "service" as const,
      service: "apigateway.amazonaws.com",
      sourceArn: arnOf("execute-api", route),
    });
    expect(refusal(access, from("a1b2c3/$default/POST/photos"), invoke)).toBeUndefined();
    expect(refusal(access, from("a1b2c3/$default/GET/photos"), invoke)).toBeDefined();
    expect(refusal(access, from("x9y8z7/$default/POST/photos"), invoke)).toBeDefined();
    expect(refusal(access, from("a1b2c3/$default/POST/photos"), call("lambda:GetFunction", functionArn))).toBeDefined();
  });

  it("may not invoke a function for a rule by a Permission with an account, which EventBridge does not name", () => {
    const permission = (more: object) =>
      resource("aws:lambda/permission:Permission", "rule", {
        action: "lambda:InvokeFunction",
        function: "writer",
        principal: "events.amazonaws.com",
        sourceArn: ruleArn,
        ...more,
      });
    const invoke = call("lambda:InvokeFunction", functionArn);
    expect(refusal(iam([permission({})]), asRule, invoke)).toBeUndefined();
    expect(refusal(iam([permission({ sourceAccount: "000000000000" })]), asRule, invoke)).toBeDefined();
  });

  it("counts as a call over TLS", () => {
    const tls = deny("sqs:*", queueArn, {
      Principal: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(refusal(iam([queueWith(policy(tls, fromRule(ruleArn)))]), asRule, send)).toBeUndefined();
  });
});

describe("a call of the developer", () => {
  it("is allowed unless a resource's policy denies it to everybody", () => {
    expect(refusal(iam([]), asDeveloper, send)).toBeUndefined();
    const closed = iam([queueWith(policy(deny("sqs:SendMessage", queueArn, { Principal: "*" })))]);
    expect(refusal(closed, asDeveloper, send)?.message).toBe(
      `User: arn:aws:iam::000000000000:root is not authorized to perform: sqs:sendmessage on resource: ${queueArn} with an explicit deny in a resource-based policy`,
    );
  });
});

describe("permissions of a running host", () => {
  it("can be taken away and given back, and waiting readers hear of it", () => {
    const access = iamOfRole(allow(["dynamodb:PutItem", "dynamodb:GetItem"], tableArn));
    const changes: string[] = [];
    const stop = access.onChange(() => changes.push("changed"));
    const granted = access.grants().filter(({ action }) => action === "dynamodb:PutItem");
    expect(refusal(access, asRole, put)).toBeUndefined();
    access.setRemoved(granted, true);
    expect(refusal(access, asRole, put)).toBeDefined();
    expect(refusal(access, asRole, call("dynamodb:GetItem", tableArn))).toBeUndefined();
    access.setRemoved(granted, false);
    expect(refusal(access, asRole, put)).toBeUndefined();
    expect(changes).toEqual(["changed", "changed"]);
    stop();
    access.setRemoved(granted, true);
    expect(changes).toHaveLength(2);
  });

  it("follow a resource's policy when that is replaced", () => {
    const open = policy(allow("sqs:SendMessage", queueArn, { Principal: { Service: "events.amazonaws.com" } }));
    const access = iam([queueWith(open)]);
    access.setResourcePolicy(queueArn, "");
    expect(refusal(access, asRule, send)).toBeDefined();
    access.setResourcePolicy(queueArn, open);
    expect(refusal(access, asRule, send)).toBeUndefined();
    expect(() => access.setResourcePolicy(queueArn, "{")).toThrow(
      "Invalid value for the parameter Policy. Reason: the policy is not JSON: {",
    );
    expect(refusal(access, asRule, send)).toBeUndefined();
  });

  it("are told of with the grant that was used, once", () => {
    const decisions: AccessDecision[] = [];
    const access = iam([role(), functionNode(), rolePolicy(policy(allow("dynamodb:*Item", `${tableArn}*`)))], {
      record: (decision) => decisions.push(decision),
    });
    for (let time = 0; time < 3; time += 1) {
      refusal(access, asRole, put);
      refusal(access, asRole, send);
    }
    expect(decisions.map(({ action, allowedBy, refusal: error }) => [action, allowedBy?.action, error?.name])).toEqual([
      ["dynamodb:PutItem", "dynamodb:*Item", undefined],
      ["sqs:SendMessage", undefined, "AccessDenied"],
    ]);
  });
});
