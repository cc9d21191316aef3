import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Answer } from "../../cli/orders-client";
import { newFolder, type StartedHost, startedHost } from "../support/started-host";
import { StubServices } from "../support/stub-services";

/** `ORDERS=1000` for the full number. */
const count = Number(process.env["ORDERS"] ?? 300);
const atOnce = 50;

const folder = newFolder();
let services: StubServices;
let started: StartedHost;

beforeAll(async () => {
  services = await StubServices.start();
  started = await startedHost(services.settings, folder);
});

afterAll(async () => {
  await started.end();
  await services.stop();
});

const orderOf = (index: number) => ({ customer_id: `CUST-${index % 10}`, items: [{ item: "Laptop", quantity: 1 }] });

/** Undefined when the host did not answer. */
async function place(index: number): Promise<Answer | undefined> {
  try {
    return await started.orders.place(orderOf(index), { key: `crash-${index}` });
  } catch {
    return undefined;
  }
}

/** Runs through the indices, 50 at a time. */
async function inTurns(indices: readonly number[], work: (index: number) => Promise<void>): Promise<void> {
  const left = [...indices];
  const worker = async (): Promise<void> => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

it(`${count} orders, ${atOnce} at a time, are all SHIPPED and charged once, though the host is killed half-way`, async () => {
  const everyIndex = Array.from({ length: count }, (_, index) => index);
  const accepted = new Map<number, string>();
  let killed: Promise<void> | undefined;
  await inTurns(everyIndex, async (index) => {
    if (killed !== undefined) return;
    const answer = await place(index);
    if (answer === undefined) return;
    expect(answer.status).toBe(201);
    accepted.set(index, String(answer.body["order_id"]));
    if (accepted.size === count / 2) killed = started.host.end("SIGKILL");
  });
  await killed;
  const acceptedBefore = new Map(accepted);
  expect(acceptedBefore.size).toBeGreaterThanOrEqual(count / 2);
  expect(acceptedBefore.size).toBeLessThan(count);

  started = await startedHost(services.settings, folder);
  // A client that got no answer asks again with its key; one that got a 201 does not.
  const unanswered = everyIndex.filter((index) => !acceptedBefore.has(index));
  await inTurns(unanswered, async (index) => {
    const answer = await place(index);
    expect(answer?.status).toBe(201);
    accepted.set(index, String(answer?.body["order_id"]));
  });
  expect(new Set(accepted.values()).size).toBe(count);

  const histories = await Promise.all([...accepted.values()].map((id) => started.history.ofOrder(id, 60_000)));
  const went = new Set(histories.map((changes) => changes.map(({ status }) => status).join(" > ")));
  expect(went).toEqual(new Set(["PENDING > PAID > SHIPPED"]));
  const accounts = [...accepted.values()].map((id) => services.ofOrder(id));
  expect(accounts).toEqual(accounts.map(() => ({ captures: 1, refunds: 0, shipments: 1 })));
  const queues = ["fulfilment_queue_url", "fulfilment_dlq_url"].map((name) => started.host.output(name));
  for (let busy = true; busy; await pause(20)) busy = (await started.aws.depth(queues[0] ?? "")).inFlight > 0;
  expect(await Promise.all(queues.map((url) => started.aws.depth(url)))).toEqual([
    { waiting: 0, inFlight: 0 },
    { waiting: 0, inFlight: 0 },
  ]);
}, 120_000);

it("what was accepted answers under its key as it did before the crash", async () => {
  const [first, again] = [await place(0), await place(0)];
  expect(first).toMatchObject({ status: 201, replayed: true });
  expect(again).toEqual(first);
});
