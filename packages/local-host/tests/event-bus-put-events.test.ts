import { describe, expect, it, onTestFinished } from "vitest";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { eventBusHost } from "../src/services/event-bridge/event-bus-host";
import { eventually } from "../testing/eventually";
import { archive, BUS, bodies, bus, entry, QUEUE, RULE, rule, sent, start, target } from "./event-bus-fixture";
import { arnOf, callService, recordedContext } from "./recorded-context";

describe("PutEvents", () => {
  it("sends a matching event to the rule's target, as the rule", async () => {
    const { context, host } = await start([bus, rule(), target()]);
    const answer = await callService(host.service, "PutEvents", {
      Entries: [{ ...entry, Resources: ["photo/1"], Time: 1_767_225_600.7 }],
    });
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(1));
    expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.stringMatching(/^[\da-f-]{36}$/) }] });
    expect(bodies(context, QUEUE)).toEqual([
      {
        version: "0",
        id: (answer as { Entries: { EventId: string }[] }).Entries[0]?.EventId,
        "detail-type": "PhotoAdded",
        source: "shop",
        account: "000000000000",
        time: "2026-01-01T00:00:00Z",
        region: "eu-west-1",
        resources: ["photo/1"],
        detail: { photo: 1 },
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
      dimensions: { RuleName: "placed", EventBusName: "photos" },
      value: 1,
    });
  });

  it("hands a tracing header on with the queue's message, and not within the event", async () => {
    const { context, host } = await start([bus, rule(), target()]);
    const TraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    await callService(host.service, "PutEvents", { Entries: [{ ...entry, TraceHeader }, entry] });
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(2));
    expect(sent(context, QUEUE).map(({ value }) => Reflect.get(Object(value), "traceHeader"))).toEqual([
      TraceHeader,
      undefined,
    ]);
    expect(JSON.stringify(bodies(context, QUEUE))).not.toContain("1-5759e988");
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

  it("refuses by entry what is too long, and a detail nested too deeply", async () => {
    const { host } = await start([bus, rule(), target()]);
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    const put = (Entries: unknown[]) => callService(host.service, "PutEvents", { Entries });
    const refused = (name: string, length: number, most: number) => ({
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${name} is not valid. Reason: it has ${length} characters; at most ${most} are possible.`,
    });
    const taken = { EventId: expect.any(String) };
    expect(
      await put([
        { ...entry, DetailType: "d".repeat(129) },
        { ...entry, DetailType: "d".repeat(128) },
        { ...entry, Source: "s".repeat(257) },
        { ...entry, Source: "s".repeat(256) },
        { ...entry, Detail: nested(20_000) },
        { ...entry, Detail: nested(1_001) },
        { ...entry, Detail: nested(1_000) },
      ]),
    ).toEqual({
      FailedEntryCount: 4,
      Entries: [
        refused("DetailType", 129, 128),
        taken,
        refused("Source", 257, 256),
        taken,
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        taken,
      ],
    });
    await expect(put([{ ...entry, Time: 1e300 }])).rejects.toMatchObject({ name: "ValidationException" });
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
    const answer = await callService(host.service, "PutEvents", { Entries: [{ ...entry, EventBusName: "photo" }] });
    expect(answer).toMatchObject({ FailedEntryCount: 0 });
    expect(context.recorded).toEqual([]);
    expect(context.published).toMatchObject([
      { level: "error", what: "dropped", resource: arnOf("events", "event-bus/photo") },
    ]);
  });

  it("asks the access control with the bus and what is sent", async () => {
    const checks: unknown[] = [];
    const context = recordedContext({
      resources: [bus],
      access: {
        ...allowEverything,
        check: (check) => {
          checks.push(check);
          throw new AwsError("AccessDeniedException", "no");
        },
      },
    });
    const host = eventBusHost(context);
    onTestFinished(() => host.stop());
    await host.start();
    await expect(
      host.calls.putEvents({ kind: "developer" }, BUS, { source: "a", detailType: "b", detail: "{}" }),
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
    await callService(host.service, "PutEvents", { Entries: [entry, { ...entry, DetailType: "PhotoShared" }] });
    expect(await callService(host.service, "ListArchives", {})).toMatchObject({ Archives: [{ EventCount: 2 }] });
    expect(context.recorded).toEqual([]);
  });
});
