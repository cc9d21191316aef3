import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { BatchGetTracesCommand, GetTraceSummariesCommand, XRayClient } from "@aws-sdk/client-xray";
import { eventually } from "pulumi-local-host/testing/eventually";
import { type StubService, stubService } from "pulumi-local-host/testing/stub-service";
import { type TraceRow, traceRows } from "pulumi-local-host/trace-rows";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { customerIdSchema } from "../../runtime/orders/customer-id";
import { keyedOrderId } from "../../runtime/orders/order-id";
import { type StartedHost, startedHost } from "../support/started-host";

interface Target {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const customer = customerIdSchema.parse("CUST-001");
const laptop = { customer_id: customer, items: [{ item: "Laptop", quantity: 1 }] };

let started: StartedHost;
let slack: StubService;
let partner: StubService;
let aws: Target;

beforeAll(async () => {
  slack = await stubService(() => ({ status: 200 }));
  partner = await stubService(() => ({ status: 204 }));
  started = await startedHost({
    webhooks: JSON.stringify([{ url: `${partner.url}/orders`, eventTypes: ["OrderShipped", "OrderRejected"] }]),
    slackWebhookUrl: `${slack.url}/services/T0/B0/secret`,
  });
  aws = started.host.aws;
});

afterAll(async () => {
  await started?.end();
  await slack?.[Symbol.asyncDispose]();
  await partner?.[Symbol.asyncDispose]();
});

/** Found by the annotation, as whoever looks into X-Ray does. */
const traceOf = async (orderId: string): Promise<{ readonly id: string; readonly rows: readonly TraceRow[] }> => {
  const xray = new XRayClient(aws);
  const now = Date.now();
  const { TraceSummaries = [] } = await xray.send(
    new GetTraceSummariesCommand({
      StartTime: new Date(now - 600_000),
      EndTime: new Date(now + 60_000),
      FilterExpression: `annotation.order_id = "${orderId}"`,
    }),
  );
  expect(TraceSummaries).toHaveLength(1);
  const id = String(TraceSummaries[0]?.Id);
  const { Traces = [] } = await xray.send(new BatchGetTracesCommand({ TraceIds: [id] }));
  return { id, rows: traceRows((Traces[0]?.Segments ?? []).flatMap(({ Document }) => Document ?? [])) };
};

/** Each row as "what caused it > itself", without Pulumi's digits and without initializations. */
const causes = (rows: readonly TraceRow[]): readonly string[] => {
  const path: string[] = [];
  return rows.flatMap(({ name, depth }) => {
    const plain = name.replace(/-[0-9a-f]{7}$/, "");
    path.splice(depth, path.length, plain);
    return plain === "Initialization" ? [] : [[path.at(-2), plain].filter((it) => it !== undefined).join(" > ")];
  });
};

const afterPlacing = [
  "relay-order-events > fulfil-order",
  "fulfil-order > orders-fulfilment-workflow",
  "orders-fulfilment-workflow > TakePayment",
  "TakePayment > orders-take-payment",
  "orders-fulfilment-workflow > ShipOrder",
  "ShipOrder > orders-ship-order",
  "relay-order-events > transform-order-event",
];

/** The trace of an order that ships, once all of it is there. */
const whole = (orderId: string): ReturnType<typeof traceOf> =>
  eventually(async () => {
    const found = await traceOf(orderId);
    expect(causes(found.rows).filter((it) => it.endsWith("> transform-order-event"))).toHaveLength(3);
    expect(causes(found.rows)).toEqual(expect.arrayContaining(afterPlacing));
    return found;
  });

/** Nothing begins before what caused it; an initialization that it waited for is a part of it. */
const expectCausal = (rows: readonly TraceRow[]): void => {
  const path: TraceRow[] = [];
  for (const row of rows.filter(({ name }) => name !== "Initialization")) {
    path.splice(row.depth, path.length, row);
    const cause = path.at(-2);
    if (cause !== undefined) expect(row.start, `${row.name} after ${cause.name}`).toBeGreaterThanOrEqual(cause.start);
    expect(row.status).toBe("ok");
  }
};

/** The trace of the events about an order that the webhook was given. */
const traceAtWebhook = (orderId: string): Promise<string> =>
  eventually(() => {
    // In the envelope of SNS the event is text.
    const given = partner.requests
      .map(({ text }) => text.replaceAll("\\", ""))
      .filter((text) => text.includes(orderId));
    const [, time, random] = /"traceparent":"00-(.{8})(.{24})-[0-9a-f]{16}-01"/.exec(given[0] ?? "") ?? [];
    if (random === undefined) throw new Error(`No traceparent: ${given[0]}`);
    return `1-${time}-${random}`;
  });

describe("one trace", () => {
  it("leads from POST to the webhook, each hop below what caused it", async () => {
    const order_id = String((await started.orders.place(laptop)).body["order_id"]);
    const { id, rows } = await whole(order_id);
    expect(causes(rows)).toEqual(
      expect.arrayContaining([
        "orders-place-order",
        "orders-place-order > place-order",
        "place-order > relay-order-events",
        ...afterPlacing,
      ]),
    );
    expectCausal(rows);
    expect(await traceAtWebhook(order_id)).toBe(id);
  });

  it("leads from POST to Slack and the webhook for an order that is rejected", async () => {
    const declined = { ...laptop, payment_method: "tok_declined" };
    const order_id = String((await started.orders.place(declined)).body["order_id"]);
    await eventually(async () => {
      const { rows } = await traceOf(order_id);
      expect(causes(rows)).toContain("transform-order-event > notify");
      expectCausal(rows);
    });
    expect(await traceAtWebhook(order_id)).toBe((await traceOf(order_id)).id);
  });

  it("begins with the inbox for an order that comes by the topic", async () => {
    const event = { type: "OrderCreated", id: "traced-1", source: "shop", data: laptop };
    const TopicArn = started.host.output("intake_topic_arn");
    await new SNSClient(aws).send(new PublishCommand({ TopicArn, Message: JSON.stringify(event) }));
    const { id, rows } = await whole(keyedOrderId(customer, "traced-1"));
    expect(causes(rows).slice(0, 2)).toEqual(["import-orders", "import-orders > relay-order-events"]);
    expectCausal(rows);
    expect(await traceAtWebhook(keyedOrderId(customer, "traced-1"))).toBe(id);
  });

  it("begins with the import of the file for each of its rows", async () => {
    const Body = [2, 3].map((quantity) => JSON.stringify({ customer_id: customer, item: "Pen", quantity })).join("\n");
    const Bucket = started.host.output("import_bucket");
    await new S3Client({ ...aws, forcePathStyle: true }).send(
      new PutObjectCommand({ Bucket, Key: "incoming/two.jsonl", Body }),
    );
    const ids = await eventuallyPlaced(3);
    const traces = await Promise.all(ids.map(whole));
    for (const { rows } of traces) {
      expect(causes(rows).slice(0, 3)).toEqual([
        "import-file",
        "import-file > import-orders",
        "import-orders > relay-order-events",
      ]);
      expectCausal(rows);
    }
    expect(new Set(traces.map(({ id }) => id)).size).toBe(2);
  });
});

/** The two newest orders, once there are more than `before` shipped ones. */
const eventuallyPlaced = (before: number): Promise<readonly string[]> => {
  return eventually(async () => {
    const { body } = await started.orders.list({ customer_id: customer });
    const orders = (body["orders"] ?? []) as readonly { readonly order_id: string }[];
    expect(orders.length).toBeGreaterThanOrEqual(before + 2);
    return orders.slice(0, 2).map(({ order_id }) => order_id);
  });
};

describe("the lines of log about a traced order", () => {
  it("have its order, customer, event, attempt, duration, cold start and trace", async () => {
    const order_id = String((await started.orders.place(laptop)).body["order_id"]);
    const { id } = await whole(order_id);
    const { host } = started;
    const line = {
      order_id,
      customer_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      event_id: `${order_id}:1`,
      duration_ms: expect.any(Number),
      cold_start: expect.any(Boolean),
      trace_id: id,
    };
    const logs = join(host.folder, "logs");
    const files = readdirSync(logs, { recursive: true, encoding: "utf8" });
    const linesOf = (name: string) =>
      readFileSync(
        join(logs, String(files.find((file) => new RegExp(`(^|/)orders-${name}(-[0-9a-f]{7})?[.]log$`).test(file)))),
        "utf8",
      )
        .split("\n")
        .filter((text) => text.includes(order_id))
        .map((text) => JSON.parse(text.slice(text.indexOf("{"))) as unknown);
    expect(linesOf("place-order")).toEqual([expect.objectContaining({ ...line, message: "order placed" })]);
    for (const [name, message] of [
      ["fulfil-order", "order fulfilled"],
      ["take-payment", "payment taken"],
      ["ship-order", "order shipped"],
    ] as const) {
      expect(linesOf(name)).toEqual([expect.objectContaining({ ...line, message, attempt: 1 })]);
    }
  });
});
