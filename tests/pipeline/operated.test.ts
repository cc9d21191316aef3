import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OperatedHost } from "../support/operated-host";
import { alarmCauses, notCausedHere } from "./alarm-causes";

let host: OperatedHost;

beforeAll(async () => {
  host = await OperatedHost.start({ publishSchedule: '{"expression":"rate(5 minutes)","orders":1}' });
});

afterAll(() => host?.end());

const off = async (): Promise<readonly string[]> =>
  Object.entries(await host.alarms()).flatMap(([name, state]) => (state === "OK" ? [] : [`${name} is ${state}`]));

describe("the alarms of the stack", () => {
  it("are all caused below, but for those with a reason", async () => {
    const declared = Object.keys(await host.alarms());
    const caused = alarmCauses.flatMap(({ alarms }) => alarms);
    expect(caused.toSorted()).toEqual(declared.toSorted());
    expect(Object.keys(notCausedHere).filter((name) => caused.includes(name))).toEqual([]);
  });

  it.each(alarmCauses)("tell of $what", async ({ alarms, cause }) => {
    await host.beginPeriod();
    const putRight = await cause(host);
    try {
      // Queues are looked at once a second.
      await host.putForward(1);
      await eventually(async () => {
        const states = await host.alarms();
        expect(Object.fromEntries(alarms.map((name) => [name, states[name]]))).toEqual(
          Object.fromEntries(alarms.map((name) => [name, "ALARM"])),
        );
      });
    } finally {
      await putRight();
    }
  });

  it("go back to OK when all is put right and nothing lies in the dead-letter queues", async () => {
    const inTime = host.putForwardUntil(300, async () => {
      for (const name of host.queueNames.filter((queue) => /-dlq$|-partner-/.test(queue))) {
        await host.started.aws.queues.send(new PurgeQueueCommand({ QueueUrl: host.queueUrl(name) }));
      }
      return (await off()).length === 0;
    });
    await inTime.catch(async () => expect(await off()).toEqual([]));
  });

  it("were told of in Slack, and that they are over", () => {
    const about = (text: string) => host.outside.slack.filter((post) => post.includes(text));
    for (const name of ["orders-not-flowing", "orders-api-fails-often"])
      expect(about(name).length, name).toBeGreaterThan(1);
  });
});
