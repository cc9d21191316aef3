import { describe, expect, it } from "vitest";
import { deadLetterOf } from "../../cli/dead-letters/dead-letter";
import { maxMessageBytes } from "../../runtime/inbox/max-message-bytes";

describe("a dead letter", () => {
  const full = JSON.stringify({ customer_id: "CUST-001", item: "x".repeat(maxMessageBytes - 1_000), quantity: 1 });

  it("that was too large to have its reason with it is read for the reason", () => {
    expect(deadLetterOf({ MessageId: "m", Body: full })).toMatchObject({ reason: "body_too_large" });
    expect(deadLetterOf({ MessageId: "m", Body: full.slice(1) })).toMatchObject({ reason: "malformed_json" });
  });

  it("has the reason that it says itself, or that its queue knows", () => {
    const MessageAttributes = { error: { DataType: "String", StringValue: "invalid_request" } };
    expect(deadLetterOf({ MessageId: "m", Body: full, MessageAttributes })).toMatchObject({
      reason: "invalid_request",
    });
    const Attributes = { DeadLetterQueueSourceArn: "arn:aws:sqs:eu-central-1:000000000000:orders-inbox" };
    expect(deadLetterOf({ MessageId: "m", Body: full, Attributes })).toMatchObject({ reason: "MaxReceivesExceeded" });
    expect(deadLetterOf({ MessageId: "m", Body: "{" })).toMatchObject({ reason: "NotDelivered" });
  });
});
