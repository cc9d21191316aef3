import { beforeAll, describe, expect, it } from "vitest";
import { photoGraph, readerOf } from "./photo-graph";

let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  declared = readerOf(await photoGraph());
});

describe("a webhook", () => {
  it("is posted the messages that pass the filter, for an hour, and keeps what it could not be posted", () => {
    const { filterPolicy, redrivePolicy, deliveryPolicy, ...inputs } = declared.inputs("subscription", "print-shop");
    expect(inputs).toEqual({
      topic: declared.arn("topic", "uploads"),
      protocol: "https",
      endpoint: "https://prints.example/new",
    });
    expect(JSON.parse(String(filterPolicy))).toEqual({ format: ["raw"] });
    expect(JSON.parse(String(redrivePolicy))).toEqual({ deadLetterTargetArn: declared.arn("queue", "print-shop-dlq") });
    expect(JSON.parse(String(deliveryPolicy))).toEqual({
      healthyRetryPolicy: { minDelayTarget: 5, maxDelayTarget: 300, numRetries: 12, backoffFunction: "exponential" },
    });
    expect(declared.statements("queuePolicy", "print-shop-dlq")[1]).toMatchObject({
      Principal: { Service: "sns.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": declared.arn("topic", "uploads") } },
    });
  });
});
