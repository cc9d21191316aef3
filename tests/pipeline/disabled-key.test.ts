import { EventBridge } from "@aws-sdk/client-eventbridge";
import { KMS } from "@aws-sdk/client-kms";
import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { dynamodbOrders } from "../../runtime/orders/dynamodb-orders";
import { orderEventOf, orderEventSource } from "../../runtime/orders/order-event";
import { orderIdSchema } from "../../runtime/orders/order-id";
import { resultsOf, runOrders } from "../cli/run-orders";
import { type StartedHost, startedHost } from "../support/started-host";
import { strandedOrder } from "../support/stranded-order";

let started: StartedHost;
let kms: KMS;
let bus: EventBridge;

beforeAll(async () => {
  // With ways-in.test.ts's settings, so that the program is evaluated for both at once.
  started = await startedHost({ partners: JSON.stringify([{ name: "everything" }]), customerManagedKey: "true" });
  kms = new KMS(started.host.aws);
  bus = new EventBridge(started.host.aws);
});

afterAll(async () => {
  await started.end();
});

const queueUrl = (name: string): string =>
  z.record(z.string(), z.string()).parse(started.host.outputs["dead_letter_queues"])[name] ?? "";
const inBusDeadLetters = async (): Promise<number> => (await started.aws.depth(queueUrl("orders-bus-dlq"))).waiting;
const redrive = () => runOrders(["--data-dir", started.host.folder, "dlq", "redrive", "orders-bus-dlq"]);

/** The key that the bus is encrypted with, which is the stack's. */
const keyOfBus = async (): Promise<string> => {
  const { KmsKeyIdentifier } = await bus.describeEventBus({ Name: started.host.output("event_bus_name") });
  return String(KmsKeyIdentifier);
};

/** How many events the bus's archive has. */
const archived = async (): Promise<number | undefined> => {
  const { Archives: [archive] = [] } = await bus.listArchives({});
  return archive?.EventCount;
};

/** Reads an order, and gives what says on the bus that it was placed, as the relay does. */
const announcedBy = async (id: string) => {
  const order = await dynamodbOrders(started.aws.tables, started.host.output("orders_table")).find(
    orderIdSchema.parse(id),
  );
  if (order === undefined) throw new Error(`There is no order ${id}.`);
  const { type, detail } = orderEventOf(order);
  const EventBusName = started.host.output("event_bus_name");
  const entry = { EventBusName, Source: orderEventSource, DetailType: type, Detail: JSON.stringify(detail) };
  return () => bus.putEvents({ Entries: [entry] });
};

describe("an event that the bus accepts while the stack's key is disabled", () => {
  it("is kept, with an alarm, and its order is shipped once the key is enabled and it is redriven", async () => {
    const table = started.host.output("orders_table");
    const id = await strandedOrder(started.aws.tables, table, 0);
    // The event of how it was stranded is through.
    await eventually(async () => expect(await archived()).toBe(1));
    const KeyId = await keyOfBus();
    const announce = await announcedBy(id);
    await kms.disableKey({ KeyId });
    expect(await announce()).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    await eventually(async () => expect(await inBusDeadLetters()).toBe(1));
    await eventually(
      async () => expect(await started.aws.alarmState("orders-bus-dlq-not-empty")).toBe("ALARM"),
      120_000,
    );

    const refused = await redrive();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("the key of the bus is Disabled, so it would come back: aws kms enable-key");
    expect(await inBusDeadLetters()).toBe(1);

    await kms.enableKey({ KeyId });
    expect((await started.orders.get(id)).body).toMatchObject({ status: "PENDING" });
    expect(resultsOf(await redrive())).toEqual([{ queue: "orders-bus-dlq", redriven: 1, kept: 0 }]);
    await eventually(async () => expect((await started.orders.get(id)).body).toMatchObject({ status: "SHIPPED" }));
    expect(await inBusDeadLetters()).toBe(0);
    await eventually(async () => {
      await started.host.putForward(60);
      expect(await started.aws.alarmState("orders-bus-dlq-not-empty")).toBe("OK");
    });
  }, 240_000);
});
