import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually } from "../testing/eventually";
import { rule, start, target } from "./event-bus-fixture";
import { arnOf, type RecordedContext, resource } from "./recorded-context";

const nightly = arnOf("scheduler", "schedule/default/nightly");
const night = arnOf("lambda", "function:night");

const schedule = (inputs: Readonly<Record<string, unknown>> = {}) =>
  resource(
    "aws:scheduler/schedule:Schedule",
    "nightly",
    {
      scheduleExpression: "cron(0 3 * * ? *)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: night, roleArn: "arn:aws:iam::000000000000:role/caller", input: '{"count":true}' },
      ...inputs,
    },
    { arn: nightly },
  );

const everyFiveMinutes = rule({
  eventBusName: "default",
  eventPattern: undefined,
  scheduleExpression: "rate(5 minutes)",
});

const control = async (resources: Parameters<typeof start>[0]) => {
  const { host, context } = await start(resources);
  const server = createServer((request, response) => void host.serve?.(request, response)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  // Listening on TCP, it has an address.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_local/schedules`;
  const fire = async (name: string) => {
    const body = JSON.stringify({ schedule: name });
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    return { status: answer.status, body: await answer.json() };
  };
  return { url, fire, context };
};

const invocationsOf = (context: RecordedContext, functionArn: string): readonly unknown[] =>
  context.recorded.filter((each) => each.target === functionArn).map(({ value }) => value);

describe("the control of schedules", () => {
  it("lists what is set to fire", async () => {
    const { url } = await control([everyFiveMinutes, schedule()]);
    expect(await (await fetch(url)).json()).toEqual({
      schedules: [
        { arn: arnOf("events", "rule/photos/placed"), expression: "rate(5 minutes)" },
        { arn: nightly, expression: "cron(0 3 * * ? *)" },
      ],
    });
  });

  it("fires a schedule now, by its name or its ARN", async () => {
    const { fire, context } = await control([schedule()]);
    expect(await fire("nightly")).toEqual({ status: 200, body: { fired: nightly } });
    await fire(nightly);
    await eventually(async () => expect(invocationsOf(context, night)).toEqual([{ count: true }, { count: true }]));
  });

  it("fires a scheduled rule now", async () => {
    const tick = arnOf("lambda", "function:tick");
    const { fire, context } = await control([everyFiveMinutes, target({ eventBusName: "default", arn: tick })]);
    expect((await fire("placed")).status).toBe(200);
    await eventually(async () =>
      expect(invocationsOf(context, tick)).toMatchObject([{ source: "aws.events", "detail-type": "Scheduled Event" }]),
    );
  });

  it("names the schedules there are when it is asked for another, or for a disabled one", async () => {
    const { fire, url } = await control([schedule({ state: "DISABLED" })]);
    expect(await fire("nightly")).toEqual({
      status: 404,
      body: { message: "There is no enabled schedule nightly. There are: none." },
    });
    expect((await fetch(url, { method: "POST", body: '{"schedule":"nightly"}' })).status).toBe(415);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(405);
  });
});
