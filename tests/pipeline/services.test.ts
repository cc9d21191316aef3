import { StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StartedHost, startedHost } from "../support/started-host";
import { StubServices } from "../support/stub-services";

/** Requests that may be made at once; one more each second. */
const readBurst = 20;

let services: StubServices;
let started: StartedHost;

beforeAll(async () => {
  services = await StubServices.start();
  const throttling = JSON.stringify({ read: { rate: 1, burst: readBurst } });
  // Everything at rest under the stack's own key, so that the key's policy is held to as well.
  started = await startedHost({ ...services.settings, throttling, customerManagedKey: "true" });
});

afterAll(async () => {
  await started.end();
  await services.stop();
});

async function place(order: { readonly item?: string; readonly payment_method?: string }): Promise<string> {
  const { status, body } = await started.orders.place({
    customer_id: "CUST-001",
    items: [{ item: order.item ?? "Laptop", quantity: 1 }],
    ...(order.payment_method === undefined ? {} : { payment_method: order.payment_method }),
  });
  expect(status).toBe(201);
  return String(body["order_id"]);
}

/** The statuses that an order has gone through, once it has ended. */
const historyOf = async (orderId: string): Promise<readonly string[]> =>
  (await started.history.ofOrder(orderId, 20_000)).map(({ status }) => status);

const nothingWaits = async (): Promise<void> =>
  eventually(async () =>
    expect(await started.aws.depth(started.host.output("fulfilment_queue_url"))).toEqual({ waiting: 0, inFlight: 0 }),
  );

describe("money", () => {
  it.concurrent("is taken once, for an order that is shipped once", async () => {
    const id = await place({});
    expect(await historyOf(id)).toEqual(["PENDING", "PAID", "SHIPPED"]);
    expect(services.ofOrder(id)).toEqual({ captures: 1, refunds: 0, shipments: 1 });
  });

  it.concurrent("is not taken when the payment is refused, and nothing is shipped", async () => {
    const id = await place({ payment_method: "tok_declined" });
    expect(await historyOf(id)).toEqual(["PENDING", "REJECTED"]);
    await nothingWaits();
    expect(services.ofOrder(id)).toEqual({ captures: 0, refunds: 0, shipments: 0 });
  });

  it.concurrent("is taken once when the service took it and its answer never came", async () => {
    const id = await place({ payment_method: "tok_slow" });
    expect(await historyOf(id)).toEqual(["PENDING", "PAID", "SHIPPED"]);
    expect(services.paymentsAsked.filter((asked) => asked === id)).toHaveLength(2);
    expect(services.ofOrder(id)).toEqual({ captures: 1, refunds: 0, shipments: 1 });
  });

  it.concurrent("is given back when shipping is refused", async () => {
    const id = await place({ item: "Discontinued" });
    expect(await historyOf(id)).toEqual(["PENDING", "PAID", "REJECTED"]);
    await eventually(() => expect(services.ofOrder(id)).toEqual({ captures: 1, refunds: 1, shipments: 0 }));
    await nothingWaits();
    expect(services.ofOrder(id)).toEqual({ captures: 1, refunds: 1, shipments: 0 });
  });

  it.concurrent("is given back, and nothing shipped, when the order is cancelled while its payment is taken", async () => {
    const id = await place({ payment_method: "tok_held" });
    await eventually(() => expect(services.holds(id)).toBe(true));
    const cancelled = await started.orders.cancel(id);
    expect(cancelled).toMatchObject({ status: 200, body: { status: "CANCELLED" } });
    services.release(id);
    await eventually(() => expect(services.ofOrder(id)).toEqual({ captures: 1, refunds: 1, shipments: 0 }));
    await nothingWaits();
    expect(await historyOf(id)).toEqual(["PENDING", "CANCELLED"]);
    expect(services.ofOrder(id)).toEqual({ captures: 1, refunds: 1, shipments: 0 });
  });
});

describe("an order whose workflow fails", () => {
  it("waits among the dead letters under an alarm, and is fulfilled by a redrive once the cause is fixed", async () => {
    const { host, aws } = started;
    const [queue, deadLetters] = [host.output("fulfilment_queue_url"), host.output("fulfilment_dlq_url")];
    const deadLetterAlarm = async () => (await aws.alarmsOf(deadLetters))["ApproximateNumberOfMessagesVisible"];
    expect(await deadLetterAlarm()).toBe("OK");
    await aws.hideReceivedFor(queue, 1);

    const id = await place({ payment_method: "tok_broken" });
    await eventually(async () => expect(await aws.depth(deadLetters)).toEqual({ waiting: 1, inFlight: 0 }));
    expect(services.paymentsAsked.filter((asked) => asked === id)).toHaveLength(5);
    expect(await aws.depth(queue)).toEqual({ waiting: 0, inFlight: 0 });
    const [letter] = await aws.peek(deadLetters);
    expect(JSON.parse(letter?.Body ?? "")).toMatchObject({
      "detail-type": "OrderPlaced",
      detail: { order: { order_id: id } },
    });
    await eventually(async () => expect(await deadLetterAlarm()).toBe("ALARM"));

    services.fix();
    const SourceArn = await aws.queueArn(deadLetters);
    await aws.queues.send(new StartMessageMoveTaskCommand({ SourceArn }));
    expect(await historyOf(id)).toEqual(["PENDING", "PAID", "SHIPPED"]);
    await nothingWaits();
    expect(await aws.depth(deadLetters)).toEqual({ waiting: 0, inFlight: 0 });
    expect(services.ofOrder(id)).toEqual({ captures: 1, refunds: 0, shipments: 1 });
  });
});

describe("requests beyond the set rate", () => {
  it("are answered with 429, and those below it as ever", async () => {
    const id = await place({});
    await started.history.ofOrder(id);
    const began = Date.now();
    const answers = await Promise.all(Array.from({ length: 3 * readBurst }, () => started.orders.get(id)));
    const refilled = Math.ceil((Date.now() - began) / 1_000);
    const answered = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(answered.length + refused.length).toBe(3 * readBurst);
    expect(answered.length).toBeGreaterThanOrEqual(readBurst);
    expect(answered.length).toBeLessThanOrEqual(readBurst + refilled);
    expect(answered[0]?.body["status"]).toBe("SHIPPED");
    expect(refused[0]?.body).toEqual({ message: "Too Many Requests" });
    // Writing has a rate of its own.
    expect((await started.orders.place({ customer_id: "CUST-001", item: "Pen", quantity: 1 })).status).toBe(201);
  });
});
