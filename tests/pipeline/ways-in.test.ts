import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileDrop } from "../../demo/file-drop";
import { fiftyOrders } from "../support/fifty-orders";
import { type StartedHost, startedHost } from "../support/started-host";
import { drawnWithoutData, notInTheOrdinary } from "./drawn-metrics";

/** Milliseconds that an order or a report may take on a busy machine. */
const patience = 90_000;

let started: StartedHost;
let drop: FileDrop;
let topic: SNSClient;

beforeAll(async () => {
  // A partner who hears of everything: the events on the bus, as someone outside sees them.
  started = await startedHost({ partners: JSON.stringify([{ name: "everything" }]), customerManagedKey: "true" });
  drop = new FileDrop(started.host);
  // On a busy machine a call may time out; its order is tried again this soon, not after three minutes.
  await started.aws.hideReceivedFor(started.host.output("inbox_queue_url"), 10);
  topic = new SNSClient({
    endpoint: started.host.awsEndpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});

afterAll(async () => {
  topic?.destroy();
  await started?.end();
});

/** What came of an order: what it is in the end and what was told of it, or why it was rejected. */
type Outcome = Readonly<Record<string, unknown>> | string;

interface StoredOrder {
  readonly order_id: string;
  readonly idempotency_key: string;
  readonly status: string;
}

const storedOrders = async (): Promise<readonly StoredOrder[]> => {
  const scan = new ScanCommand({ TableName: started.host.output("orders_table"), ConsistentRead: true });
  const { Items = [] } = await started.aws.tables.send(scan);
  return Items.map((item) => unmarshall(item) as StoredOrder);
};

/** All messages of a queue, which are gone then. */
const drained = async (QueueUrl: string): Promise<readonly Message[]> => {
  const found: Message[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] });
    const { Messages = [] } = await started.aws.queues.send(receive);
    if (Messages.length === 0) return found;
    found.push(...Messages);
    for (const { ReceiptHandle } of Messages) {
      await started.aws.queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
};

const publish = (text: string) =>
  topic.send(new PublishCommand({ TopicArn: started.host.output("intake_topic_arn"), Message: text }));

const rejection = (error: unknown, pointers: readonly string[]): string =>
  [String(error), ...pointers].sort().join(" ");

const isJson = (text: string): boolean => {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
};

const eventOf = (text: string, index: number): string =>
  isJson(text) ? `{"type":"OrderCreated","id":"topic-${index}","data":${text}}` : text;

describe("the same fifty orders", () => {
  const events = new Map<string, string[]>();

  /** Outcomes of the orders that were placed, by their keys, once every one of them has ended. */
  const settled = async (count: number): Promise<ReadonlyMap<string, Outcome>> => {
    await eventually(async () => {
      const orders = await storedOrders();
      expect(orders).toHaveLength(count);
      expect(orders.filter(({ status }) => status !== "SHIPPED" && status !== "REJECTED")).toEqual([]);
      // One message for each status that an order has had.
      const urls: unknown = JSON.parse(JSON.stringify(started.host.outputs["partner_queue_urls"]));
      for (const { Body = "" } of await drained(String(Reflect.get(Object(urls), "everything")))) {
        const { type, data } = JSON.parse(Body) as { type: string; data: { order: { order_id: string } } };
        events.set(data.order.order_id, [...(events.get(data.order.order_id) ?? []), type]);
      }
      expect([...events.values()].flat().length).toBeGreaterThanOrEqual(count * 2 + 2);
      for (const { order_id, status } of orders) {
        expect(events.get(order_id)?.some((type) => type.toUpperCase().endsWith(status))).toBe(true);
      }
    }, patience);
    const orders = await storedOrders();
    return new Map(
      orders.map((order) => {
        const {
          order_id,
          idempotency_key,
          created_at,
          updated_at,
          trace,
          fingerprint,
          payment_reference,
          shipment_reference,
          ...told
        } = order as StoredOrder & Record<string, unknown>;
        return [idempotency_key, { ...told, events: [...new Set(events.get(order_id))].sort() }];
      }),
    );
  };

  it("come out the same by the API, by the topic and by a file", async () => {
    const byApi = await Promise.all(
      fiftyOrders.map(async ({ text }, index) => {
        const { status, body } = await started.orders.placeText(text, { key: `api-${index}` });
        if (status === 201) return undefined;
        const errors = (body["errors"] ?? []) as readonly { readonly pointer: string }[];
        return rejection(
          body["error"],
          errors.map(({ pointer }) => pointer),
        );
      }),
    );
    const good = byApi.filter((outcome) => outcome === undefined).length;
    expect([good, fiftyOrders.length]).toEqual([33, 50]);

    await Promise.all(fiftyOrders.map(({ text }, index) => publish(eventOf(text, index))));
    await drop.put("fifty.jsonl", fiftyOrders.map(({ text }) => `${text}\n`).join(""));
    await drop.until(async () => (await drop.report("fifty.jsonl")) !== undefined);
    const report = await drop.report("fifty.jsonl");
    expect(report).toMatchObject({ result: "imported_in_part", rows: 50, accepted: good, rejected: 50 - good });
    const rejectedRows = report?.["rejected_rows"] as readonly { row: number; error: string; field: string }[];

    const deadLetters = new Map<string, string>();
    await eventually(async () => {
      for (const { Body = "", MessageAttributes = {} } of await drained(started.host.output("inbox_dlq_url"))) {
        const { Message: sent } = JSON.parse(Body) as { Message: string };
        const fields = MessageAttributes["field"]?.StringValue ?? "";
        const pointers = fields === "-" ? [] : fields.split(" ").map((pointer) => (pointer === "/" ? "" : pointer));
        deadLetters.set(sent, rejection(MessageAttributes["error"]?.StringValue, pointers));
      }
      expect(deadLetters.size).toBe(50 - good);
    }, patience);

    const placed = await settled(3 * good);
    const keyOfRow = (row: number): string => [...placed.keys()].find((key) => key.endsWith(`:row-${row}`)) ?? "";
    for (const [index, { name, text }] of fiftyOrders.entries()) {
      const api = byApi[index] ?? placed.get(`api-${index}`);
      const message = deadLetters.get(eventOf(text, index)) ?? placed.get(`topic-${index}`);
      const rows = rejectedRows.filter(({ row }) => row === index + 1);
      const file =
        rows.length === 0
          ? placed.get(keyOfRow(index + 1))
          : rejection(
              rows[0]?.error,
              rows.flatMap(({ error, field }) => (error === "invalid_request" ? [field] : [])),
            );
      expect(api, `${name} by the API`).toBeDefined();
      expect(message, `${name} by the topic`).toEqual(api);
      expect(file, `${name} by a file`).toEqual(api);
    }
  });

  it("make no order more when all of them are sent again", async () => {
    const before = (await storedOrders()).map(({ order_id }) => order_id).sort();
    const lines = fiftyOrders.map(({ text }) => `${text}\n`).join("");
    await drop.put("fifty again.jsonl", lines);
    await drop.until(async () => (await drop.report("fifty again.jsonl")) !== undefined);
    await Promise.all(fiftyOrders.map(({ text }, index) => publish(eventOf(text, index))));
    await drop.until(async () => (await drop.waiting()) === 0);
    expect((await storedOrders()).map(({ order_id }) => order_id).sort()).toEqual(before);
    await drained(started.host.output("inbox_dlq_url"));
  });
});

describe("what is at hand works as it is", () => {
  const stored = async (key: string): Promise<StoredOrder | undefined> =>
    (await storedOrders()).find(({ idempotency_key }) => idempotency_key.endsWith(key));

  it("an OrderCreated event in SNS's envelope, straight in the queue", async () => {
    const event = {
      event_type: "OrderCreated",
      event_id: "evt-1001",
      timestamp: "2026-11-21T09:00:00Z",
      data: { customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] },
    };
    const envelope = {
      Type: "Notification",
      MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
      TopicArn: "arn:aws:sns:eu-central-1:123456789012:shop-orders",
      Subject: "OrderCreated",
      Message: JSON.stringify(event),
      Timestamp: "2026-11-21T09:00:00.000Z",
      SignatureVersion: "1",
      Signature: "EXAMPLE",
      SigningCertURL: "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem",
      UnsubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
    };
    const QueueUrl = started.host.output("inbox_queue_url");
    await started.aws.queues.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(envelope) }));
    await eventually(async () => {
      expect(await stored("evt-1001")).toMatchObject({ items: [{ item: "Laptop", quantity: 1 }], status: "SHIPPED" });
    }, patience);
  });

  it("a CSV as a German spreadsheet saves it", async () => {
    const csv = `\ufeff${[
      "Order Ref;Customer ID;Item;Quantity;Payment Method;",
      'B-1;CUST-001;"Laptop; 15""";1;tok_visa;',
      "B-2;CUST-002;Blüte;2;;",
      "B-1;CUST-001;Maus;3;;",
      ";;;;;",
      ";CUST-003;Stift;viele;;",
      "",
    ].join("\r\n")}`;
    await drop.put("Bestellungen März/Mappe 1.csv", csv);
    await drop.until(async () => (await drop.report("Bestellungen März/Mappe 1.csv")) !== undefined);
    expect(await drop.report("Bestellungen März/Mappe 1.csv")).toMatchObject({
      file: "incoming/Bestellungen März/Mappe 1.csv",
      result: "imported_in_part",
      format: "csv",
      rows: 4,
      accepted: 3,
      rejected: 1,
      orders: 2,
      bytes: Buffer.byteLength(csv),
      rejected_rows: [{ row: 6, field: "quantity", value: "viele" }],
    });
    expect(await drop.rejectedRows("Bestellungen März/Mappe 1.csv")).toBe(
      'row,field,value,reason\r\n6,quantity,viele,"must be a whole number from 1 to 10,000; it is ""viele"""\r\n',
    );
    await eventually(async () => {
      const mine = (await storedOrders()).filter((order) => JSON.stringify(order).match(/Laptop; 15|Blüte"/));
      expect(mine).toHaveLength(2);
      expect(mine).toContainEqual(
        expect.objectContaining({
          customer_id: "CUST-001",
          payment_method: "tok_visa",
          items: [
            { item: 'Laptop; 15"', quantity: 1 },
            { item: "Maus", quantity: 3 },
          ],
        }),
      );
    }, patience);
  });

  it("an order of publish-order, called by hand for a smoke test", async () => {
    const lambda = new LambdaClient({
      endpoint: started.host.awsEndpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const FunctionName = Functions.map((each) => each.FunctionName).find((name) => name?.includes("publish-order"));
    const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName }));
    lambda.destroy();
    expect(FunctionError).toBeUndefined();
    const { published } = JSON.parse(Buffer.from(Payload ?? []).toString()) as { published: { order_id: string }[] };
    await eventually(async () => {
      const { body } = await started.orders.get(published[0]?.order_id ?? "");
      expect(body).toMatchObject({ customer_id: "smoke-test", status: "SHIPPED" });
    }, patience);
  });
});

describe("the dashboard", () => {
  it("draws nothing but metrics that the host has data of, or could have once something fails", async () => {
    await eventually(async () => {
      const without = await drawnWithoutData(started);
      expect(without.filter((metric) => !notInTheOrdinary.includes(metric))).toEqual([]);
    }, patience);
  });
});
