import { describe, expect, it } from "vitest";
import { bus, rule, start, target } from "./event-bus-fixture";
import { arnOf } from "./recorded-context";

describe("a declaration that cannot be hosted", () => {
  it.each([
    [{ detail: { a: [{ "anything-but": { prefix: "" } }] } }, '"detail.a" has an empty prefix in anything-but'],
    [{ detail: { a: [{ numeric: [">", 9, "<", 5] }] } }, '"detail.a" has a bad numeric range'],
    [{ detail: { a: [{ wildcard: "*:*:*:*:*:event-bus/*" }] } }, '"detail.a": rule is too complex'],
  ])("is refused at the start for a pattern that EventBridge refuses: %j", async (pattern, reason) => {
    await expect(start([bus, rule({ eventPattern: JSON.stringify(pattern) })])).rejects.toThrow(
      `EventRule::placed cannot be hosted: Event pattern is not valid. Reason: ${reason}`,
    );
  });

  it("is refused with the resource and the property", async () => {
    await expect(start([bus, rule(), target({ kinesisTarget: { partitionKeyPath: "$.id" } })])).rejects.toThrow(
      'urn:pulumi:test::flow::aws:cloudwatch/eventTarget:EventTarget::to-queue: the local host does not support the property kinesisTarget ({"partitionKeyPath":"$.id"})',
    );
    await expect(start([bus, rule({ eventPattern: '{"source":"shop"}' })])).rejects.toThrow(
      'EventRule::placed cannot be hosted: Event pattern is not valid. Reason: "source" must be an object or an array, but is "shop"',
    );
    await expect(start([bus, rule(), target({ arn: arnOf("kinesis", "stream/x") })])).rejects.toThrow(
      "hosted are targets of",
    );
    await expect(start([bus, rule(), target({ rule: "other" })])).rejects.toThrow(
      "targets rule other of bus photos, which is not declared",
    );
  });
});
