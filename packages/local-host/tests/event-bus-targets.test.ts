import { describe, expect, it, vi } from "vitest";
import { targetInput } from "../src/services/event-bridge/target-input";
import { eventually } from "../testing/eventually";
import { start } from "./event-bus-fixture";
import { arnOf, resource } from "./recorded-context";

const RULE = arnOf("events", "rule/all");
const ROLE = "arn:aws:iam::000000000000:role/sender";
const AS_RULE = { kind: "service", service: "events.amazonaws.com", sourceArn: RULE };

const rule = (inputs: Readonly<Record<string, unknown>> = { eventPattern: '{"source":["shop"]}' }) =>
  resource("aws:cloudwatch/eventRule:EventRule", "all", inputs, { arn: RULE });
const target = (arn: string, inputs: Readonly<Record<string, unknown>> = {}) =>
  resource("aws:cloudwatch/eventTarget:EventTarget", "target", { rule: "all", arn, ...inputs });

/** What the target of a rule on the default bus is called with. */
const delivered = async (arn: string, inputs: Readonly<Record<string, unknown>> = {}) => {
  const { context, host } = await start([rule(), target(arn, inputs)]);
  const entry = { source: "shop", detailType: "Placed", detail: '{"photo":1}', time: new Date("2026-01-01T00:00:00Z") };
  await host.calls.putEvents({ kind: "developer" }, arnOf("events", "event-bus/default"), entry);
  await eventually(() => expect(context.metrics.map(({ name }) => name)).toContain("Invocations"));
  return context;
};

describe("a rule's target", () => {
  it("can be a function, invoked asynchronously", async () => {
    const { recorded } = await delivered(arnOf("lambda", "function:f"));
    expect(recorded).toMatchObject([
      {
        call: "invokeFunctionAsync",
        principal: AS_RULE,
        target: arnOf("lambda", "function:f"),
        value: { source: "shop" },
      },
    ]);
  });

  it("can be a topic, a queue with a message group, or a workflow started as the target's role", async () => {
    expect((await delivered(arnOf("sns", "t"))).recorded).toMatchObject([{ call: "publish", principal: AS_RULE }]);
    const toQueue = await delivered(arnOf("sqs", "q.fifo"), { sqsTarget: { messageGroupId: "g" } });
    expect(toQueue.recorded).toMatchObject([{ call: "sendMessage", value: { groupId: "g" } }]);
    const toWorkflow = await delivered(arnOf("states", "stateMachine:w"), { roleArn: ROLE, input: '{"a":1}' });
    expect(toWorkflow.recorded).toEqual([
      {
        call: "startExecution",
        principal: { kind: "role", roleArn: ROLE, actor: RULE },
        target: arnOf("states", "stateMachine:w"),
        value: { a: 1 },
      },
    ]);
  });

  it("can be another bus, which gets the event with its time", async () => {
    const { recorded } = await delivered(arnOf("events", "event-bus/other"), { roleArn: ROLE });
    expect(recorded).toMatchObject([
      {
        call: "putEvents",
        target: arnOf("events", "event-bus/other"),
        value: { source: "shop", detailType: "Placed", detail: '{"photo":1}', time: new Date("2026-01-01T00:00:00Z") },
      },
    ]);
  });

  it("can be a log group", async () => {
    const { logs } = await delivered(`${arnOf("logs", "log-group:/aws/events/all")}:*`, { inputPath: "$.detail" });
    expect(logs).toEqual([{ group: "/aws/events/all", line: '{"photo":1}' }]);
  });

  it("of the default bus is counted by its rule alone", async () => {
    const { metrics } = await delivered(arnOf("sqs", "q"));
    expect(metrics.find(({ name }) => name === "Invocations")?.dimensions).toEqual({ RuleName: "all" });
  });
});

describe("an input transformer", () => {
  const event = JSON.stringify({
    version: "0",
    time: "2026-01-01T00:00:00Z",
    detail: { id: "o-1", count: 2, note: 'say "hi"', lines: [{ item: "a" }] },
  });
  const transform = (inputTemplate: string, inputPaths: Readonly<Record<string, string>> = {}) =>
    targetInput({ inputTransformer: { inputTemplate, inputPaths } }, { ruleArn: RULE, ruleName: "all" }, event);
  const paths = {
    id: "$.detail.id",
    count: "$.detail.count",
    note: "$.detail.note",
    item: "$.detail.lines[0].item",
    gone: "$.no",
  };

  it("fills in JSON outside and text inside strings", () => {
    expect(transform('{"id": <id>, "count": <count>, "text": "<id> has <count> of <item>"}', paths)).toBe(
      '{"id": "o-1", "count": 2, "text": "o-1 has 2 of a"}',
    );
    expect(JSON.parse(transform('{"note": "<note>", "same": <note>}', paths))).toEqual({
      note: 'say "hi"',
      same: 'say "hi"',
    });
    expect(transform('"<gone>|<id>"', paths)).toBe('"|o-1"');
  });

  it("knows EventBridge's own variables", () => {
    expect(transform('{"rule": "<aws.events.rule-name>", "arn": <aws.events.rule-arn>}')).toBe(
      `{"rule": "all", "arn": "${RULE}"}`,
    );
    expect(JSON.parse(transform("<aws.events.event.json>"))).toEqual(JSON.parse(event));
    expect(JSON.parse(transform("<aws.events.event>"))).toEqual({ version: "0", time: "2026-01-01T00:00:00Z" });
  });
});

describe("schedules", () => {
  it("of a rule send a scheduled event, of Scheduler their input, as the role that each has", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: new Date("2026-01-01T00:00:30Z") });
    try {
      const schedule = resource(
        "aws:scheduler/schedule:Schedule",
        "nightly",
        {
          scheduleExpression: "cron(1 0 ? * THU *)",
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: arnOf("lambda", "function:night"),
            roleArn: ROLE,
            input: '{"at":"<aws.scheduler.scheduled-time>"}',
          },
        },
        { arn: arnOf("scheduler", "schedule/default/nightly") },
      );
      const { context } = await start([
        rule({ scheduleExpression: "rate(1 minute)" }),
        target(arnOf("lambda", "function:tick")),
        schedule,
      ]);
      await vi.advanceTimersByTimeAsync(29_000);
      expect(context.recorded).toEqual([]);
      await vi.advanceTimersByTimeAsync(121_000);
      const calls = (name: string) =>
        context.recorded.filter(({ target: to }) => to === arnOf("lambda", `function:${name}`));
      expect(calls("night")).toEqual([
        {
          call: "invokeFunctionAsync",
          principal: { kind: "role", roleArn: ROLE, actor: arnOf("scheduler", "schedule/default/nightly") },
          target: arnOf("lambda", "function:night"),
          value: { at: "2026-01-01T00:01:00Z" },
        },
      ]);
      expect(calls("tick").map(({ value }) => value)).toMatchObject([
        {
          source: "aws.events",
          "detail-type": "Scheduled Event",
          time: "2026-01-01T00:01:30Z",
          resources: [RULE],
          detail: {},
        },
        { time: "2026-01-01T00:02:30Z" },
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("that cannot be read are refused with the resource", async () => {
    await expect(start([rule({ scheduleExpression: "rate(1 minutes)" })])).rejects.toThrow(
      'schedule expression "rate(1 minutes)" is not valid; it should be like rate(1 minute), rate(5 minutes)',
    );
  });
});
