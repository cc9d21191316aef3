import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../local/endpoint/aws-service";
import type { ServiceCalls } from "../../local/endpoint/service-calls";
import { type EventBusHost, eventBusHost } from "../../local/event-bus/host-event-buses";
import type { ResourceNode } from "../../local/program/resource-graph";
import { eventually } from "../support/eventually";
import { arnOf, callService, type RecordedContext, recordedContext, resource } from "./recorded-context";

const BUS = arnOf("events", "event-bus/orders");
const RULE = arnOf("events", "rule/orders/placed");
const QUEUE = arnOf("sqs", "fulfilment");
const DEAD_LETTERS = arnOf("sqs", "fulfilment-dlq");

const bus = resource("aws:cloudwatch/eventBus:EventBus", "orders", {}, { arn: BUS });
const rule = (inputs: Readonly<Record<string, unknown>> = {}): ResourceNode =>
  resource(
    "aws:cloudwatch/eventRule:EventRule",
    "placed",
    { eventBusName: "orders", eventPattern: JSON.stringify({ "detail-type": ["OrderPlaced"] }), ...inputs },
    { arn: RULE },
  );
const target = (inputs: Readonly<Record<string, unknown>> = {}): ResourceNode =>
  resource("aws:cloudwatch/eventTarget:EventTarget", "to-queue", {
    rule: "placed",
    eventBusName: "orders",
    arn: QUEUE,
    targetId: "queue",
    ...inputs,
  });
const archive = resource(
  "aws:cloudwatch/eventArchive:EventArchive",
  "kept",
  { eventSourceArn: BUS, retentionDays: 7 },
  { arn: arnOf("events", "archive/kept") },
);

const entry = { Source: "shop", DetailType: "OrderPlaced", Detail: '{"order":1}', EventBusName: "orders" };

let running: EventBusHost[] = [];
afterEach(async () => {
  await Promise.all(running.map((host) => host.stop()));
  running = [];
});

const start = async (
  resources: readonly ResourceNode[],
  calls: Partial<ServiceCalls> = {},
  dataDir?: string,
): Promise<{ context: RecordedContext; host: EventBusHost }> => {
  const context = recordedContext({ resources, calls, ...(dataDir === undefined ? {} : { dataDir }) });
  const host = eventBusHost(context, { backoff: () => 1 });
  running.push(host);
  await host.start();
  return { context, host };
};

const sent = (context: RecordedContext, queue: string) =>
  context.recorded.filter(({ call, target: to }) => call === "sendMessage" && to === queue);

/** The events that a queue got, from the messages' bodies. */
const bodies = (context: RecordedContext, queue: string): readonly unknown[] =>
  sent(context, queue).map(({ value }) => {
    // sendMessage is recorded with its message.
    const { body } = value as { body: string };
    return JSON.parse(body);
  });

describe("PutEvents", () => {
  it("sends a matching event to the rule's target, as the rule", async () => {
    const { context, host } = await start([bus, rule(), target()]);
    const answer = await callService(host.service, "PutEvents", {
      Entries: [{ ...entry, Resources: ["order/1"], Time: 1_767_225_600.7 }],
    });
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(1));
    expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.stringMatching(/^[\da-f-]{36}$/) }] });
    expect(bodies(context, QUEUE)).toEqual([
      {
        version: "0",
        id: (answer as { Entries: { EventId: string }[] }).Entries[0]?.EventId,
        "detail-type": "OrderPlaced",
        source: "shop",
        account: "000000000000",
        time: "2026-01-01T00:00:00Z",
        region: "eu-west-1",
        resources: ["order/1"],
        detail: { order: 1 },
      },
    ]);
    expect(sent(context, QUEUE)[0]?.principal).toEqual({
      kind: "service",
      service: "events.amazonaws.com",
      sourceArn: RULE,
    });
    await eventually(() => expect(context.metrics.map(({ name }) => name)).toContain("Invocations"));
    expect(context.metrics).toContainEqual({
      namespace: "AWS/Events",
      name: "TriggeredRules",
      dimensions: { RuleName: "placed", EventBusName: "orders" },
      value: 1,
    });
  });

  it("answers for each entry by itself", async () => {
    const { context, host } = await start([bus, rule(), target()]);
    const answer = await callService(host.service, "PutEvents", {
      Entries: [
        { ...entry, Detail: "not json" },
        { ...entry, Detail: "[1]" },
        { ...entry, Source: "" },
        { ...entry, Source: "aws.s3" },
        entry,
      ],
    });
    expect(answer).toEqual({
      FailedEntryCount: 4,
      Entries: [
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        {
          ErrorCode: "InvalidArgument",
          ErrorMessage: "Parameter Source is not valid. Reason: Source is a required argument.",
        },
        { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." },
        { EventId: expect.any(String) },
      ],
    });
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(1));
  });

  it("refuses eleven entries, none, and more than 256 KB", async () => {
    const { host } = await start([bus]);
    const put = (Entries: unknown[]) => callService(host.service, "PutEvents", { Entries });
    const large = { ...entry, Detail: JSON.stringify({ text: "x".repeat(256 * 1024) }) };
    await expect(put(Array(11).fill(entry))).rejects.toThrow("Member must have length less than or equal to 10");
    await expect(put([])).rejects.toThrow("Member must have length greater than or equal to 1");
    await expect(put([large])).rejects.toThrow("Total size of the entries in the request is over the limit.");
  });

  it("answers success for a bus that does not exist, and the event is lost", async () => {
    const { context, host } = await start([bus, rule(), target()]);
    const answer = await callService(host.service, "PutEvents", { Entries: [{ ...entry, EventBusName: "order" }] });
    expect(answer).toMatchObject({ FailedEntryCount: 0 });
    expect(context.recorded).toEqual([]);
    expect(context.published).toMatchObject([
      { level: "error", what: "dropped", resource: arnOf("events", "event-bus/order") },
    ]);
  });

  it("asks the access control with the bus and what is sent", async () => {
    const checks: unknown[] = [];
    const context = recordedContext({
      resources: [bus],
      access: {
        check: (check) => {
          checks.push(check);
          throw new AwsError("AccessDeniedException", "no");
        },
      },
    });
    const host = eventBusHost(context);
    running.push(host);
    await host.start();
    await expect(
      host.putEvents({ kind: "developer" }, BUS, { source: "a", detailType: "b", detail: "{}" }),
    ).rejects.toThrow("no");
    expect(checks).toEqual([
      {
        principal: { kind: "developer" },
        action: "events:PutEvents",
        resourceArn: BUS,
        context: { "events:source": ["a"], "events:detail-type": ["b"] },
      },
    ]);
  });

  it("does not send to a disabled rule, nor an event that does not match", async () => {
    const { context, host } = await start([bus, rule({ state: "DISABLED" }), target(), archive]);
    await callService(host.service, "PutEvents", { Entries: [entry, { ...entry, DetailType: "OrderPaid" }] });
    expect(await callService(host.service, "ListArchives", {})).toMatchObject({ Archives: [{ EventCount: 2 }] });
    expect(context.recorded).toEqual([]);
  });
});

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
    expect(bodies(context, DEAD_LETTERS)).toMatchObject([{ "detail-type": "OrderPlaced", detail: { order: 1 } }]);
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
      reason: "the target has no dead-letter queue",
    });
  });
});

describe("a restart", () => {
  it("delivers what was accepted and not delivered before, and nothing twice", async () => {
    let reachable = false;
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const calls: Partial<ServiceCalls> = { sendMessage: () => (reachable ? Promise.resolve() : released) };
    const first = await start([bus, rule(), target()], calls);
    await callService(first.host.service, "PutEvents", { Entries: [entry, { ...entry, Detail: '{"order":2}' }] });
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

describe("archives", () => {
  it("replays what an archive kept to the rules asked for, marked as replayed and not archived again", async () => {
    const { context, host } = await start([bus, rule(), target(), archive]);
    await callService(host.service, "PutEvents", {
      Entries: [
        { ...entry, Time: 1000 },
        { ...entry, Detail: '{"order":2}', Time: 2000 },
      ],
    });
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(2));
    const started = await callService(host.service, "StartReplay", {
      ReplayName: "again",
      EventSourceArn: arnOf("events", "archive/kept"),
      EventStartTime: 1500,
      EventEndTime: 2500,
      Destination: { Arn: BUS, FilterArns: [RULE] },
    });
    expect(started).toMatchObject({ State: "STARTING", ReplayArn: arnOf("events", "replay/again") });
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(3));
    expect(bodies(context, QUEUE)[2]).toMatchObject({ "replay-name": "again", detail: { order: 2 } });
    await eventually(async () =>
      expect(await callService(host.service, "DescribeReplay", { ReplayName: "again" })).toMatchObject({
        State: "COMPLETED",
        EventLastReplayedTime: 2000,
      }),
    );
    expect(await callService(host.service, "ListArchives", {})).toMatchObject({ Archives: [{ EventCount: 2 }] });
  });
});

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
