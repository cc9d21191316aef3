import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ListQueuesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { loadGraph } from "pulumi-local-host/load-graph";
import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { eventually } from "pulumi-local-host/testing/eventually";
import {
  type StubAnswer,
  type StubRequest,
  type StubService,
  stubService,
} from "pulumi-local-host/testing/stub-service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StartedHost, startedHost } from "../support/started-host";

/** Values that occur nowhere else, so that any copy of one is found. */
const canaries = {
  paymentKey: "canary-payment-6b1f0f5e",
  shippingKey: "canary-shipping-2c9d41a7",
  slackWebhookUrl: "canary-slack-e07a53d8",
};

const projectDir = join(__dirname, "../..");
const kept = join(projectDir, "node_modules/.cache");
const answers: string[] = [];
const messages: string[] = [];

let services: StubService;
let started: StartedHost;
let graph: ResourceGraph;

/** Payment, shipping and Slack: each says no, or fails, when the order tells it to. */
const answer = ({ path, json, headers }: StubRequest, index: number): StubAnswer => {
  const order = JSON.stringify(json);
  // An answer that repeats what it was asked with, as a careless service does.
  if (order.includes("tok_broken")) return { status: 400, json: { error: `bad request by ${headers.authorization}` } };
  if (order.includes("tok_declined")) return { status: 402, json: { reason: headers.authorization } };
  if (path.startsWith("/services/")) return index % 2 === 0 ? { status: 500, text: path } : { status: 200 };
  return { status: 201, json: { payment_reference: "p-1", shipment_reference: "s-1", refund_reference: "r-1" } };
};

const place = async (order: object): Promise<string> => {
  const placed = await started.orders.place({ customer_id: "CUST-001", item: "Laptop", quantity: 1, ...order });
  answers.push(JSON.stringify(placed));
  return String(placed.body["order_id"]);
};

const queueUrl = async (name: string): Promise<string> => {
  const { QueueUrls = [] } = await started.aws.queues.send(new ListQueuesCommand({ QueueNamePrefix: name }));
  return QueueUrls.find((url) => new RegExp(`/${name}-[0-9a-f]{7}$`).test(url)) ?? `no queue ${name}`;
};

/** Waits for a message about an order, and keeps all that come. */
const told = async (queue: string, orderId: string): Promise<void> => {
  const receive = new ReceiveMessageCommand({
    QueueUrl: await queueUrl(queue),
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["All"],
  });
  await eventually(async () => {
    messages.push(JSON.stringify((await started.aws.queues.send(receive)).Messages ?? []));
    expect(messages.join()).toContain(orderId);
  });
};

beforeAll(async () => {
  services = await stubService(answer);
  const settings = {
    paymentUrl: services.url,
    paymentKey: canaries.paymentKey,
    shippingUrl: services.url,
    shippingKey: canaries.shippingKey,
    slackWebhookUrl: `${services.url}/services/${canaries.slackWebhookUrl}`,
    partners: JSON.stringify([{ name: "everything" }]),
  };
  started = await startedHost(settings);
  const { api, awsEndpoint } = started.host;
  graph = await loadGraph({ projectDir, stack: "dev", overrides: settings, awsEndpoint, apiEndpoint: api });

  const shipped = await place({});
  const declined = await place({ payment_method: "tok_declined" });
  const broken = await place({ payment_method: "tok_broken" });
  for (const id of [shipped, declined]) await started.history.ofOrder(id, 30_000);
  await told("orders-partner-everything", declined);
  await told("orders-fulfilment-dlq", broken);
  await eventually(() => {
    const posts = services.requests.filter(({ path }) => path.startsWith("/services/"));
    expect(posts.some(({ text }) => text.includes(declined))).toBe(true);
  });
  for (const id of [shipped, declined, broken]) answers.push(JSON.stringify(await started.orders.get(id)));
  for (const path of ["/openapi.json", "/health", "/_console", "/_console/state", "/orders/nothing"])
    answers.push(await (await fetch(`${api}${path}`)).text());
  answers.push(await (await fetch(`${awsEndpoint}/_local/iam`)).text());
}, 120_000);

afterAll(async () => {
  await started?.end();
  await services?.[Symbol.asyncDispose]();
});

/** The canaries in a text. */
const canariesIn = (text: string): readonly string[] =>
  Object.values(canaries).filter((canary) => text.includes(canary));

/** The files below a folder that hold a canary. */
const filesWithCanary = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => canariesIn(readFileSync(file, "latin1")).length > 0);

describe("a secret of the stack", () => {
  it("reaches the service that it is for", () => {
    const used = services.requests.map(({ path, headers }) => `${path} ${headers.authorization ?? ""}`);
    expect(used).toContain(`/payments Bearer ${canaries.paymentKey}`);
    expect(used).toContain(`/shipments Bearer ${canaries.shippingKey}`);
    expect(used).toContain(`/services/${canaries.slackWebhookUrl} `);
  });

  it("is declared as the value of a SecureString, and nowhere else", () => {
    const holding = graph.resources.filter((node) => canariesIn(JSON.stringify(node)).length > 0);
    expect(
      holding.map(({ type, inputs }) => [type, inputs["type"], canariesIn(String(inputs["value"])).length]),
    ).toEqual(Object.keys(canaries).map(() => ["aws:ssm/parameter:Parameter", "SecureString", 1]));
    const elsewhere = holding.map(({ inputs: { value: _, ...inputs }, dependencies }) => ({ inputs, dependencies }));
    expect(canariesIn(JSON.stringify([elsewhere, graph.outputs]))).toEqual([]);
  });

  it("is in no bundle, and not in what the host keeps of the program", () => {
    expect(filesWithCanary(join(kept, "pulumi-local-host/code"))).toEqual([]);
    expect(filesWithCanary(join(kept, "pulumi-local-host/graphs"))).toEqual([]);
  });

  it("is in no log, and in no file of the host's: tables, queues, metrics, outputs", () => {
    expect(readdirSync(join(started.host.folder, "logs"), { recursive: true }).length).toBeGreaterThan(5);
    expect(filesWithCanary(started.host.folder)).toEqual([]);
    expect(canariesIn(started.host.printed)).toEqual([]);
  });

  it("is in no answer of the API, the console or the record of permissions", () => {
    expect(answers.length).toBeGreaterThan(10);
    expect(canariesIn(answers.join())).toEqual([]);
  });

  it("is in no event and no dead letter, though a service has answered with it", () => {
    expect(messages.join()).toContain("OrderRejected");
    expect(canariesIn(messages.join())).toEqual([]);
  });
});
