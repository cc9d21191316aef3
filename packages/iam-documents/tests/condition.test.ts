import { describe, expect, it } from "vitest";
import { compileCondition } from "../src/condition";
import type { ConditionBlock } from "../src/policy-document";

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
    const lowerCase = Object.fromEntries(Object.entries(values).map(([key, given]) => [key.toLowerCase(), given]));
    const { holds } = compileCondition(block, (key) => key.toLowerCase());
    expect(holds((key) => lowerCase[key])).toBe(expected);
  });

  it("names the keys that it asks for, and refuses an operator that is not evaluated", () => {
    const lower = (name: string): string => name.toLowerCase();
    expect(compileCondition({ Bool: { "aws:SecureTransport": ["true"] } }, lower).keys).toEqual([
      "aws:securetransport",
    ]);
    expect(() => compileCondition({ IpAddress: { "aws:SourceIp": ["10.0.0.0/8"] } })).toThrow(
      "the condition operator IpAddress is not evaluated; evaluated are StringEquals, StringNotEquals,",
    );
  });
});
