import { describe, expect, it } from "vitest";
import { bus, rule, start, target } from "./event-bus-fixture";
import { arnOf } from "./recorded-context";

describe("a declaration that cannot be hosted", () => {
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
      "targets rule other of bus orders, which is not declared",
    );
  });
});
