import { describe, expect, it } from "vitest";
import { actionPattern, arnPattern, globPattern, resourcePattern } from "../src/pattern";

describe("a pattern of text", () => {
  it.each([
    ["orders/*", "orders/a/b", true],
    ["orders/*", "order/a", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a.c", "abc", false],
    ["*", "", true],
    ["a(b)+[c]$", "a(b)+[c]$", true],
  ])("%s on %s: %s", (pattern, text, expected) => expect(globPattern(pattern)(text)).toBe(expected));
});

describe("a pattern of ARN conditions", () => {
  it("compares part by part", () => {
    const anyRule = arnPattern("arn:aws:events:*:000000000000:rule/*");
    expect(anyRule("arn:aws:events:eu-west-1:000000000000:rule/bus/placed")).toBe(true);
    expect(anyRule("arn:aws:events:eu-west-1:111111111111:rule/bus/placed")).toBe(false);
    expect(arnPattern("arn:aws:*:rule/x")("arn:aws:events:eu-west-1:000000000000:rule/x")).toBe(false);
  });
});

describe("a pattern of Resource", () => {
  const queue = "arn:aws:sqs:eu-west-1:000000000000:orders";
  it.each([
    ["arn:aws:sqs:*:orders", queue, true],
    ["arn:aws:sqs:*", queue, true],
    ["arn:aws:sqs:eu-*:orders", queue, true],
    ["arn:aws:sqs:*-1:000000000000:orders", queue, true],
    ["arn:aws:sqs:*-1:orders", queue, false],
    ["arn:aws:sqs:*0:orders", queue, false],
    ["arn:aws:sqs:eu-west-1?000000000000:orders", queue, false],
    ["arn:aws:sqs:eu-west-?:000000000000:order?", queue, true],
    ["arn:aws:sqs:eu-west-1:000000000000:orders-*", queue, false],
    ["arn:aws:s3:::drop/a*c", "arn:aws:s3:::drop/a:b:c", true],
    ["arn:aws:s3:::drop/a?c", "arn:aws:s3:::drop/a:c", true],
    ["arn:aws:logs:*:*:log-group:orders:*", "arn:aws:logs:eu-west-1:000000000000:log-group:orders:log-stream:x", true],
    ["*", queue, true],
  ])("%s is about %s: %s", (pattern, arn, expected) => expect(resourcePattern(pattern)(arn)).toBe(expected));
});

describe("a pattern of Action", () => {
  it.each([
    ["SQS:sendmessage", true],
    ["sqs:Send*", true],
    ["*", true],
    ["sqs:SendMessageBatch", false],
  ])("%s is about sqs:SendMessage: %s", (pattern, expected) => {
    expect(actionPattern(pattern)("sqs:SendMessage")).toBe(expected);
  });
});
