import { describe, expect, it } from "vitest";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import type { ServiceCalls } from "../src/kernel/endpoint/service-calls";
import { eventually } from "../testing/eventually";
import { bodies, bus, DEAD_LETTERS, entry, QUEUE, RULE, rule, sent, start, target } from "./event-bus-fixture";
import { callService } from "./recorded-context";

describe("a target that fails", () => {
  const failing = (error: Error, times = Number.POSITIVE_INFINITY): Partial<ServiceCalls> => {
    let calls = 0;
    return {
      sendMessage: async (_principal, arn) => {
        calls += 1;
        if (arn === QUEUE && calls <= times) throw error;
      },
    };
  };

  it("is tried again until it takes the event", async () => {
    const { context, host } = await start(
      [bus, rule(), target()],
      failing(new AwsError("InternalError", "oops", 500), 2),
    );
    await callService(host.service, "PutEvents", { Entries: [entry] });
    await eventually(() => expect(context.metrics.filter(({ name }) => name === "Invocations")).toHaveLength(1));
    expect(sent(context, QUEUE)).toHaveLength(3);
    expect(context.metrics.some(({ name }) => name === "FailedInvocations")).toBe(false);
  });

  it("loses the event to the dead-letter queue when its retries are used up", async () => {
    const limited = target({ retryPolicy: { maximumRetryAttempts: 2 }, deadLetterConfig: { arn: DEAD_LETTERS } });
    const { context, host } = await start([bus, rule(), limited], failing(new AwsError("Throttling", "slow down")));
    await callService(host.service, "PutEvents", { Entries: [entry] });
    await eventually(() => expect(sent(context, DEAD_LETTERS)).toHaveLength(1));
    expect(sent(context, QUEUE)).toHaveLength(3);
    expect(bodies(context, DEAD_LETTERS)).toMatchObject([{ "detail-type": "PhotoAdded", detail: { photo: 1 } }]);
    expect(sent(context, DEAD_LETTERS)[0]?.value).toMatchObject({
      attributes: {
        RULE_ARN: { dataType: "String", stringValue: RULE },
        TARGET_ARN: { dataType: "String", stringValue: QUEUE },
        ERROR_CODE: { dataType: "String", stringValue: "THROTTLING" },
        ERROR_MESSAGE: { dataType: "String", stringValue: "slow down" },
        EXHAUSTED_RETRY_CONDITION: { dataType: "String", stringValue: "MaximumRetryAttempts" },
        RETRY_ATTEMPTS: { dataType: "Number", stringValue: "2" },
      },
    });
    await eventually(() => expect(context.metrics.map(({ name }) => name)).toContain("InvocationsSentToDlq"));
  });

  it("is not tried again when it refuses the rule", async () => {
    const { context, host } = await start(
      [bus, rule(), target({ deadLetterConfig: { arn: DEAD_LETTERS } })],
      failing(new AwsError("AccessDenied", "the queue's policy does not allow it", 403)),
    );
    await callService(host.service, "PutEvents", { Entries: [entry] });
    await eventually(() => expect(sent(context, DEAD_LETTERS)).toHaveLength(1));
    expect(sent(context, QUEUE)).toHaveLength(1);
    const message = sent(context, DEAD_LETTERS)[0]?.value;
    expect(message).toMatchObject({
      attributes: { ERROR_CODE: { dataType: "String", stringValue: "NO_PERMISSIONS" } },
    });
    expect(message).not.toHaveProperty("attributes.EXHAUSTED_RETRY_CONDITION");
  });

  it("drops the event when the dead-letter queue refuses the rule too", async () => {
    const { context, host } = await start([bus, rule(), target({ deadLetterConfig: { arn: DEAD_LETTERS } })], {
      sendMessage: async () => {
        throw new AwsError("AccessDenied", "not allowed", 403);
      },
    });
    await callService(host.service, "PutEvents", { Entries: [entry] });
    await eventually(() => expect(context.metrics.map(({ name }) => name)).toContain("InvocationsFailedToBeSentToDlq"));
    expect(context.published.at(-1)).toMatchObject({ level: "error", what: "dropped" });
    expect(context.metrics.map(({ name }) => name)).not.toContain("InvocationsSentToDlq");
  });

  it("drops the event, and says so, without a dead-letter queue", async () => {
    const { context, host } = await start([bus, rule(), target()], failing(new AwsError("QueueDoesNotExist", "gone")));
    await callService(host.service, "PutEvents", { Entries: [entry] });
    await eventually(() => expect(context.published.at(-1)).toMatchObject({ what: "dropped" }));
    expect(context.published.at(-1)?.detail).toMatchObject({
      error: "NO_RESOURCE",
      reason: `${QUEUE} has no dead-letter queue`,
    });
  });
});

describe("a restart", () => {
  it("delivers what was accepted and not delivered before, and nothing twice", async () => {
    let reachable = false;
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const calls: Partial<ServiceCalls> = { sendMessage: () => (reachable ? Promise.resolve() : released) };
    const first = await start([bus, rule(), target()], calls);
    await callService(first.host.service, "PutEvents", { Entries: [entry, { ...entry, Detail: '{"photo":2}' }] });
    expect(sent(first.context, QUEUE)).toHaveLength(2);
    // The first host is left hanging, as a killed one would be: nothing of it is stopped or flushed.
    reachable = true;
    const second = await start([bus, rule(), target()], calls, first.context.dataDir);
    await eventually(() => expect(sent(second.context, QUEUE)).toHaveLength(2));
    await second.host.stop();
    const third = await start([bus, rule(), target()], calls, first.context.dataDir);
    expect(sent(third.context, QUEUE)).toEqual([]);
    release();
  });
});
