import { ListQueuesCommand, PurgeQueueCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { type StartedHost, startedHost } from "../support/started-host";
import { age, strandedOrder } from "../support/stranded-order";
import { StubServices } from "../support/stub-services";

const laptop = { customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] };

let services: StubServices;
let started: StartedHost;
let functionName: string;
let table: string;
let fulfilment: string;

beforeAll(async () => {
  services = await StubServices.start();
  started = await startedHost(services.settings);
  table = started.host.output("orders_table");
  fulfilment = started.host.output("fulfilment_queue_url");
  const answer = await fetch(`${started.host.awsEndpoint}/2015-03-31/functions`);
  const { Functions } = z
    .object({ Functions: z.array(z.object({ FunctionName: z.string() })) })
    .parse(await answer.json());
  functionName = Functions.find((it) => it.FunctionName.includes("reconcile"))?.FunctionName ?? "";
});

afterAll(async () => {
  await started?.end();
  await services?.stop();
});

const place = async (order: object = laptop): Promise<string> =>
  String((await started.orders.place(order)).body["order_id"]);

const statusOf = async (id: string): Promise<unknown> => (await started.orders.get(id)).body["status"];

const shipped = (id: string): Promise<void> => eventually(async () => expect(await statusOf(id)).toBe("SHIPPED"));

const aged = (id: string, minutes: number): Promise<void> => age(started.aws.tables, table, id, minutes);

const attribute = (QueueUrl: string, name: string, value: string) =>
  started.aws.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { [name]: value } }));

const purge = (QueueUrl: string) => started.aws.queues.send(new PurgeQueueCommand({ QueueUrl }));

/** What the schedule does every five minutes. */
async function reconcile(): Promise<unknown> {
  const url = `${started.host.awsEndpoint}/2015-03-31/functions/${functionName}/invocations`;
  const answer = await fetch(url, { method: "POST", body: "{}" });
  expect(answer.headers.get("x-amz-function-error")).toBeNull();
  return answer.json();
}

it("an order whose stream record was dropped is set going again once it is open for too long, and is SHIPPED", async () => {
  const [late, early] = [
    await strandedOrder(started.aws.tables, table, 61),
    await strandedOrder(started.aws.tables, table, 59),
  ];
  expect(await reconcile()).toEqual({ found: 1, events: 1, left: 0 });
  await shipped(late);
  expect(services.ofOrder(late)).toEqual({ captures: 1, refunds: 0, shipments: 1 });
  // The other was not told of: its turn comes when it is as old.
  expect(await statusOf(early)).toBe("PENDING");
  await aged(early, 61);
  expect(await reconcile()).toEqual({ found: 1, events: 1, left: 0 });
  await shipped(early);
});

it("an order whose event was lost on the way to the queue is SHIPPED", async () => {
  const { QueueUrls = [] } = await started.aws.queues.send(
    new ListQueuesCommand({ QueueNamePrefix: "orders-placed-dlq" }),
  );
  const undelivered = QueueUrls[0] ?? "";
  const { Policy = "" } = await started.aws.attributes(fulfilment);
  await attribute(fulfilment, "Policy", "");
  const id = await place();
  await eventually(async () => expect((await started.aws.depth(undelivered)).waiting).toBe(1));
  await purge(undelivered);
  await attribute(fulfilment, "Policy", Policy);

  await aged(id, 61);
  expect(await reconcile()).toEqual({ found: 1, events: 1, left: 0 });
  await shipped(id);
});

it("orders of a queue that was purged are SHIPPED, each charged once though its event is repeated", async () => {
  await attribute(fulfilment, "DelaySeconds", "900");
  const ids = await Promise.all([place(), place(), place()]);
  await eventually(async () =>
    expect((await started.aws.attributes(fulfilment))["ApproximateNumberOfMessagesDelayed"]).toBe("3"),
  );
  await purge(fulfilment);
  await attribute(fulfilment, "DelaySeconds", "0");

  await Promise.all(ids.map((id) => aged(id, 61)));
  expect(await Promise.all([reconcile(), reconcile()])).toContainEqual({ found: 3, events: 3, left: 0 });
  await Promise.all(ids.map(shipped));
  await eventually(async () => expect(await started.aws.depth(fulfilment)).toEqual({ waiting: 0, inFlight: 0 }));
  expect(ids.map((id) => services.ofOrder(id))).toEqual(ids.map(() => ({ captures: 1, refunds: 0, shipments: 1 })));
});

it("an order that does not move is tried three times, and then left to a person with an alarm", async () => {
  const id = await place({ ...laptop, payment_method: "tok_broken" });
  await eventually(() => expect(services.paymentsAsked).toContain(id));
  await aged(id, 74);
  expect(await reconcile()).toEqual({ found: 1, events: 1, left: 0 });
  expect(await started.aws.alarmState("orders-open-too-long")).not.toBe("ALARM");

  await aged(id, 76);
  expect(await reconcile()).toEqual({ found: 1, events: 0, left: 1 });
  await eventually(async () => expect(await started.aws.alarmState("orders-open-too-long")).toBe("ALARM"));
  expect(await statusOf(id)).toBe("PENDING");
});
