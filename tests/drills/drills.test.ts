import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OperatedHost } from "../support/operated-host";
import { drills, fileDrill } from "./drills";
import { onHost, runDrill } from "./run-drill";

let host: OperatedHost;

beforeAll(async () => {
  host = await OperatedHost.start();
});

afterAll(() => host?.end());

const deadLetters = (): Promise<readonly (readonly [string, number])[]> =>
  Promise.all(
    host.queueNames
      .filter((name) => name.endsWith("-dlq"))
      .map(async (name) => [name, await host.waiting(name)] as const),
  );

it.each(drills)("$what is told of, healed, and loses no order", async (drill) => {
  const { histories } = await runDrill(host, drill);
  expect(histories).toEqual(histories.map(() => ["PENDING", "PAID", "SHIPPED"]));
  expect((await deadLetters()).filter(([, messages]) => messages > 0)).toEqual([]);
});

it("a file that could not be read is imported once its dead letter is sent back, with a report on every row", async () => {
  await host.beginPeriod();
  const { mend } = await fileDrill.begin(host, "late.csv");
  await eventually(async () => expect((await host.alarms())[String(fileDrill.alarm)]).toBe("ALARM"));
  expect(await host.drop.report("late.csv")).toBeUndefined();
  await mend();
  for (const command of fileDrill.heal(host, new Date())) await onHost(host, command);
  await eventually(async () =>
    expect(await host.drop.report("late.csv")).toMatchObject({ result: "imported", rows: 2, accepted: 2, rejected: 0 }),
  );
  const placed = async () => {
    const { body } = await host.started.orders.list({ customer_id: "CUST-FILE" });
    return Object(body["orders"]).length;
  };
  await eventually(async () => expect(await placed()).toBe(2));
  expect(await host.waiting("orders-files-dlq")).toBe(0);
});
