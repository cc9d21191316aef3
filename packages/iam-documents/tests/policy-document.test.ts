import { describe, expect, it } from "vitest";
import { readPolicy } from "../src/policy-document";

const unknown: unique symbol = Symbol("not known yet");
const isUnknown = (value: unknown): value is typeof unknown => value === unknown;

describe("a policy document", () => {
  it("is read from JSON, one value standing for a list of one", () => {
    const document = {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com", AWS: ["*", "111122223333"] },
        Action: "sqs:SendMessage",
        Resource: "arn:aws:sqs:eu-west-1:111122223333:orders",
        Condition: { Bool: { "aws:SecureTransport": true }, NumericLessThan: { "s3:max-keys": [5, "6"] } },
      },
    };
    expect(readPolicy(JSON.stringify(document))).toEqual({
      problems: [],
      statements: [
        {
          effect: "Allow",
          principals: [
            { kind: "service", name: "sns.amazonaws.com" },
            { kind: "everybody", name: "*" },
            { kind: "aws", name: "111122223333" },
          ],
          allOtherPrincipals: false,
          actions: ["sqs:SendMessage"],
          allOtherActions: false,
          resources: ["arn:aws:sqs:eu-west-1:111122223333:orders"],
          allOtherResources: false,
          condition: { Bool: { "aws:SecureTransport": ["true"] }, NumericLessThan: { "s3:max-keys": ["5", "6"] } },
        },
      ],
    });
    expect(readPolicy(document)).toEqual(readPolicy(JSON.stringify(document)));
  });

  it("says what is excluded instead of named", () => {
    const { statements } = readPolicy({
      Statement: [{ Effect: "Deny", NotPrincipal: "*", NotAction: ["sqs:*"], NotResource: "*" }],
    });
    expect(statements).toMatchObject([
      { allOtherPrincipals: true, allOtherActions: true, actions: ["sqs:*"], allOtherResources: true },
    ]);
  });

  it("keeps what is not known yet in its place", () => {
    const { statements, problems } = readPolicy(
      { Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: [unknown, "*"] }] },
      isUnknown,
    );
    expect(problems).toEqual([]);
    expect(statements[0]?.resources).toEqual([unknown, "*"]);
  });

  it.each([
    ["{", "the policy is not JSON: {"],
    ["[]", "the policy is []; it must be a JSON object"],
    [{ Statements: [] }, "Statements is not one of Version, Id, Statement"],
    [{ Statement: ["all"] }, 'Statement.0 is "all"; it must be an object'],
    [{ Statement: { Effect: "allow", Action: "*" } }, 'Statement.0.Effect is "allow"; it must be Allow or Deny'],
    [{ Statement: { Effect: "Allow" } }, "Statement.0.Action is missing; it must be one action or more"],
    [
      { Statement: { Effect: "Allow", Action: "*", Resource: [7] } },
      "Statement.0.Resource is 7; it must be a text or a list of texts",
    ],
    [
      { Statement: { Effect: "Allow", Action: "*", Principal: "111122223333" } },
      'Statement.0.Principal is "111122223333"; it must be * or an object with AWS, Service, Federated or CanonicalUser',
    ],
    [
      { Statement: { Effect: "Allow", Action: "*", Condition: { Bool: "true" } } },
      'Statement.0.Condition.Bool is "true"; it must be an object of condition keys',
    ],
  ])("%j is named as wrong: %s", (document, problem) => {
    expect(readPolicy(document).problems).toEqual([problem]);
  });

  it("with an effect that IAM does not know allows nothing", () => {
    expect(readPolicy({ Statement: { Effect: "allow", Action: "*" } }).statements[0]?.effect).toBe("Deny");
  });
});
