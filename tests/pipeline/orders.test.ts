import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { nodeArguments } from "pulumi-local-host/host-command";
import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scenarios } from "../../demo/scenarios";
import { followScenario } from "../support/follow-scenario";
import { type StartedHost, startedHost } from "../support/started-host";

const run = promisify(execFile);

let started: StartedHost;

beforeAll(async () => {
  started = await startedHost();
});

afterAll(() => started.end());

/** Places an order and waits until it is SHIPPED; gives its id. */
async function shippedOrder(): Promise<string> {
  const { status, body } = await started.orders.place({ customer_id: "CUST-001", item: "Laptop", quantity: 2 });
  expect(status).toBe(201);
  const id = String(body["order_id"]);
  expect((await started.history.ofOrder(id)).at(-1)?.status).toBe("SHIPPED");
  return id;
}

/** The lines of a function's log that tell of an order. */
function logged(logGroup: string, orderId: string): readonly string[] {
  const logs = join(started.host.folder, "logs");
  const file = readdirSync(logs, { recursive: true, encoding: "utf8" }).find((name) => name.includes(logGroup));
  if (file === undefined) return [];
  return readFileSync(join(logs, file), "utf8")
    .split("\n")
    .filter((line) => line.includes(orderId));
}

describe("the curl that the host prints", () => {
  /** Milliseconds from pasting it until GET shows SHIPPED. */
  const paste = async (command: string): Promise<number> => {
    const began = Date.now();
    const { stdout } = await run("sh", ["-c", `${command} -w '\\n%{http_code}'`]);
    const [body = "", status] = stdout.split("\n");
    expect(status).toBe("201");
    const placed: Record<string, unknown> = JSON.parse(body);
    expect(placed).toMatchObject({ message: "Order placed", status: "PENDING" });
    await eventually(async () =>
      expect((await started.orders.get(String(placed["order_id"]))).body["status"]).toBe("SHIPPED"),
    );
    return Date.now() - began;
  };

  it("places an order when pasted, and within a second GET shows it SHIPPED", async () => {
    const [, command = ""] = /Try it:\n\n([\s\S]*?)\n\nReady/.exec(started.host.printed) ?? [];
    // A machine that is busy with something else may need another go.
    let fastest = await paste(command);
    for (let go = 2; go <= 5 && fastest > 1_000; go += 1) fastest = Math.min(fastest, await paste(command));
    expect(fastest).toBeLessThanOrEqual(1_000);
  });
});

describe("an order of the kind", () => {
  it.each(scenarios)("$name is answered and ends as it has to", async (scenario) => {
    const { answers, history, orderIds } = await followScenario(scenario, started.orders, started.history);
    expect(answers).toEqual(scenario.answers);
    expect(history).toEqual(scenario.history);
    // A 201 and its replay are of one order; a refusal names none.
    if (scenario.name !== "cancelled before it is paid") expect(orderIds.length).toBe(scenario.history.length && 1);
  });
});

describe("200 identical requests at once under one Idempotency-Key", () => {
  it("make one order, and get the same answer", async () => {
    const customer = `CUST-${randomUUID()}`;
    const order = { customer_id: customer, items: [{ item: "Laptop", quantity: 1 }] };
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 200 }, () => started.orders.place(order, { key })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const { body } = await started.orders.list({ customer_id: customer });
    expect(body["orders"]).toMatchObject([{ order_id: answers[0]?.body["order_id"] }]);
    const changes = await started.history.ofOrder(String(answers[0]?.body["order_id"]));
    expect(changes.map(({ status }) => status)).toEqual(["PENDING", "PAID", "SHIPPED"]);
  });
});

describe("an AWS SDK that knows only AWS_ENDPOINT_URL", () => {
  it("works on the table, a queue, a topic and the bus, and an event told twice changes nothing", async () => {
    const orderId = await shippedOrder();
    const { host } = started;
    const script = join(__dirname, "../support/sdk-calls.ts");
    const args = [...nodeArguments, script, host.output("orders_table"), orderId, host.output("event_bus_name")];
    const { stdout } = await run(process.execPath, args, {
      env: {
        PATH: process.env["PATH"],
        AWS_ENDPOINT_URL: host.awsEndpoint,
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
    });
    expect(JSON.parse(stdout)).toEqual({
      status: "SHIPPED",
      fromQueue: "sent to the queue",
      fromTopic: "published to the topic",
      FailedEntryCount: 0,
    });
    const fulfilled = () => logged("fulfil-order", orderId).filter((line) => line.includes("order fulfilled"));
    await eventually(() => expect(fulfilled()).toHaveLength(2));
    const changes = await started.history.ofOrder(orderId);
    expect(changes.map(({ status }) => status)).toEqual(["PENDING", "PAID", "SHIPPED"]);
  });
});

describe.concurrent("a message that is not an order event", () => {
  it("ends in the dead-letter queue after its receives, and the rest of its batch is done", async () => {
    const { host, orders, history, aws } = started;
    const [queue, deadLetters] = [host.output("fulfilment_queue_url"), host.output("fulfilment_dlq_url")];
    await aws.hideReceivedFor(queue, 1);
    const malformed = ["no JSON at all", '{"detail-type":"OrderPlaced"}'];
    const Entries = malformed.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const send = new SendMessageBatchCommand({ QueueUrl: queue, Entries });
    const [, ...placed] = await Promise.all([
      aws.queues.send(send),
      ...Array.from({ length: 8 }, () => orders.place({ customer_id: "CUST-001", item: "Pen", quantity: 1 })),
    ]);
    for (const { body } of placed) {
      expect((await history.ofOrder(String(body["order_id"]))).at(-1)?.status).toBe("SHIPPED");
    }
    await eventually(async () => expect(await aws.depth(deadLetters)).toEqual({ waiting: 2, inFlight: 0 }));
    expect((await aws.peek(deadLetters)).map(({ Body }) => Body).sort()).toEqual([...malformed].sort());
    await eventually(async () => expect(await aws.depth(queue)).toEqual({ waiting: 0, inFlight: 0 }));
  });
});

describe.concurrent("a record in the table's stream that is not an order", () => {
  it("ends in the relay's dead-letter queue; others go on meanwhile, and those behind it afterwards", async () => {
    const { host, orders, history, aws } = started;
    const poison = `not-an-order-${randomUUID()}`;
    const Item = { order_id: { S: poison }, status: { S: "LOST" } };
    await aws.tables.send(new PutItemCommand({ TableName: host.output("orders_table"), Item }));
    const placed = await Promise.all(
      Array.from({ length: 12 }, () => orders.place({ customer_id: "CUST-001", item: "Pen", quantity: 1 })),
    );
    const ids = placed.map(({ body }) => String(body["order_id"]));
    const ended = ids.map(async (id) => (await history.ofOrder(id, 40_000)).at(-1)?.status);
    expect(await Promise.race(ended)).toBe("SHIPPED");
    const deadLetters = await queueUrl("orders-relay-dlq");
    expect(await aws.depth(deadLetters)).toEqual({ waiting: 0, inFlight: 0 });

    expect(await Promise.all(ended)).toEqual(ids.map(() => "SHIPPED"));
    expect(await aws.depth(deadLetters)).toEqual({ waiting: 1, inFlight: 0 });
    const [letter] = await aws.peek(deadLetters);
    expect(JSON.parse(letter?.Body ?? "")).toMatchObject({
      requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 11 },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
  }, 60_000);
});

/** The URL of a queue that the program exports none of. */
async function queueUrl(prefix: string): Promise<string> {
  const { QueueUrls = [] } = await started.aws.queues.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  expect(QueueUrls).toHaveLength(1);
  return String(QueueUrls[0]);
}
