import { beforeAll, describe, expect, it } from "vitest";
import { photoGraph, readerOf } from "./photo-graph";

let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  declared = readerOf(await photoGraph());
});

describe("a topic", () => {
  it("is encrypted with the given key and allows no publisher that is not granted it", () => {
    expect(declared.inputs("topic", "uploads")).toEqual({
      kmsMasterKeyId: declared.arn("key", "own"),
      signatureVersion: 2,
    });
    expect(declared.statements("topicPolicy", "uploads")).toEqual([
      expect.objectContaining({ Effect: "Deny", Action: "sns:Publish", Sid: "DenyInsecureTransport" }),
    ]);
  });

  it("delivers to a queue as published, filtered, and what it cannot deliver to the queue's dead letters", () => {
    const { redrivePolicy, filterPolicy, ...inputs } = declared.inputs("subscription", "photos");
    expect(inputs).toEqual({
      topic: declared.arn("topic", "uploads"),
      protocol: "sqs",
      endpoint: declared.arn("queue", "photos"),
      rawMessageDelivery: true,
    });
    expect(JSON.parse(String(filterPolicy))).toEqual({ format: ["raw", "jpeg"] });
    expect(JSON.parse(String(redrivePolicy))).toEqual({ deadLetterTargetArn: declared.arn("queue", "photos-dlq") });
  });

  it("delivers in SNS's envelope and unfiltered where that is asked for, under a name of the subscription's own", () => {
    const inputs = declared.inputs("subscription", "prints");
    expect(inputs).toMatchObject({ endpoint: declared.arn("queue", "printers"), rawMessageDelivery: false });
    expect(inputs).not.toHaveProperty("filterPolicy");
  });

  it("begins to deliver once the queue and its dead-letter queue let it", () => {
    const { dependencies } = declared.node("subscription", "photos");
    expect(dependencies).toContain(declared.node("queuePolicy", "photos").urn);
    expect(dependencies).toContain(declared.node("queuePolicy", "photos-dlq").urn);
  });
});
