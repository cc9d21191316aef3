import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ListQueuesCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { CloudEvent, HTTP } from "cloudevents";
import { eventually } from "pulumi-local-host/testing/eventually";
import {
  type StubAnswer,
  type StubRequest,
  type StubService,
  stubService,
} from "pulumi-local-host/testing/stub-service";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type StartedHost, startedHost } from "../support/started-host";

const webhookSecret = "T0000/B0000/webhook-secret";
const laptop = { customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] };
const declined = { ...laptop, payment_method: "tok_declined" };

let started: StartedHost;
let slack: StubService;
let partner: StubService;
/** What Slack answers, by how often it was posted to about the same order. */
let slackAnswer: (post: number) => StubAnswer = () => ({ status: 200 });
const slackPosts = new Map<string, Date[]>();

const answerOfSlack = ({ text }: StubRequest): StubAnswer => {
  const subject = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? "an alarm";
  const times = [...(slackPosts.get(subject) ?? []), new Date()];
  slackPosts.set(subject, times);
  return slackAnswer(times.length - 1);
};

beforeAll(async () => {
  slack = await stubService(answerOfSlack);
  partner = await stubService(() => ({ status: 204 }));
  started = await startedHost({
    partners: JSON.stringify([{ name: "returns", eventTypes: ["OrderRejected"] }, { name: "warehouse" }]),
    webhooks: JSON.stringify([
      { url: `${partner.url}/orders`, eventTypes: ["OrderShipped"] },
      { url: "https://partner.example/orders" },
    ]),
    rejectionEmail: "operators@example.com",
    customerManagedKey: "true",
    slackWebhookUrl: `${slack.url}/services/${webhookSecret}`,
  });
});

afterEach(() => {
  slackAnswer = () => ({ status: 200 });
});

afterAll(async () => {
  await started?.end();
  await slack?.[Symbol.asyncDispose]();
  await partner?.[Symbol.asyncDispose]();
});

const place = async (order: object): Promise<string> => String((await started.orders.place(order)).body["order_id"]);

const settled = (orderId: string, status: string): Promise<void> =>
  eventually(async () => expect((await started.orders.get(orderId)).body["status"]).toBe(status));

const queueUrl = async (name: string): Promise<string> => {
  const { QueueUrls = [] } = await started.aws.queues.send(new ListQueuesCommand({ QueueNamePrefix: name }));
  const found = QueueUrls.find((url) => new RegExp(`/${name}-[0-9a-f]{7}$`).test(url));
  if (found === undefined) throw new Error(`There is no queue ${name}: ${QueueUrls.join(", ")}.`);
  return found;
};

/** Receives until `count` messages that concern one of the orders have come; each stays hidden from further calls. */
const received = async (queue: string, count: number, ...orderIds: readonly string[]): Promise<readonly Message[]> => {
  const found: Message[] = [];
  await eventually(async () => {
    const receive = new ReceiveMessageCommand({
      QueueUrl: await queueUrl(queue),
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await started.aws.queues.send(receive);
    found.push(...Messages.filter(({ Body = "" }) => orderIds.some((id) => Body.includes(id))));
    expect(found.length).toBeGreaterThanOrEqual(count);
  });
  return found;
};

/** Reads a message as a partner would, with CloudEvents' own library, which refuses what its specification does not allow. */
const cloudEvent = ({ Body = "" }: Message): CloudEvent<{ schema_version: number; order: Record<string, unknown> }> => {
  const event = HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body: Body });
  if (!(event instanceof CloudEvent)) throw new Error(`not one event: ${Body}`);
  event.validate();
  return event;
};

describe("partners", () => {
  it("get the events they filter on, and these alone, as valid CloudEvents", async () => {
    const rejected = await place(declined);
    const shipped = await place(laptop);
    await settled(shipped, "SHIPPED");
    // The one that wants everything has seen all five, so that whatever else might come to the other is there as well.
    const all = await received("orders-partner-warehouse", 5, rejected, shipped);
    expect(all.map((message) => cloudEvent(message).id).sort()).toEqual(
      [`${rejected}:1`, `${rejected}:2`, `${shipped}:1`, `${shipped}:2`, `${shipped}:3`].sort(),
    );

    const messages = await received("orders-partner-returns", 1, rejected, shipped);
    expect(messages.map(cloudEvent)).toMatchObject([
      {
        specversion: "1.0",
        id: `${rejected}:2`,
        source: `${started.host.api}/orders`,
        type: "OrderRejected",
        subject: rejected,
        datacontenttype: "application/json",
        data: {
          schema_version: 1,
          order: { order_id: rejected, status: "REJECTED", version: 2, rejection_reason: "payment_declined" },
        },
      },
    ]);
    expect(messages[0]?.MessageAttributes).toEqual({
      event_type: { DataType: "String", StringValue: "OrderRejected" },
      schema_version: { DataType: "String", StringValue: "1" },
      rejection_reason: { DataType: "String", StringValue: "payment_declined" },
    });
  });

  it("learn neither who ordered nor how it is paid for", async () => {
    const id = await place({ ...laptop, customer_id: "someone@example.com", payment_method: "tok_visa" });
    const messages = await received("orders-partner-warehouse", 3, id);
    for (const { Body } of messages) {
      expect(Body).toContain('"Laptop"');
      expect(Body).not.toMatch(/someone@example\.com|tok_visa|payment|shipment_reference|fingerprint/);
    }
  });

  it("find their queue's URL among the stack's outputs", async () => {
    expect(started.host.outputs["partner_queue_urls"]).toEqual({
      returns: await queueUrl("orders-partner-returns"),
      warehouse: await queueUrl("orders-partner-warehouse"),
    });
  });
});

describe("a webhook", () => {
  it("is posted the events it filters on, in SNS's envelope", async () => {
    const id = await place(laptop);
    const posted = await eventually(() => {
      const found = partner.requests.filter(({ json }) => JSON.stringify(json).includes(id));
      expect(found).toHaveLength(1);
      return found[0];
    });
    expect(posted?.headers["x-amz-sns-message-type"]).toBe("Notification");
    expect(posted?.json).toMatchObject({
      Type: "Notification",
      TopicArn: started.host.output("order_events_topic_arn"),
      MessageAttributes: { event_type: { Type: "String", Value: "OrderShipped" } },
    });
    const { Message: Body } = z.object({ Message: z.string() }).parse(posted?.json);
    expect(cloudEvent({ Body })).toMatchObject({ id: `${id}:3`, type: "OrderShipped" });
  });
});

describe("what leaves the machine on AWS", () => {
  const outbox = () => {
    const folder = join(started.host.folder, "outbox");
    return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  };

  it("is kept in the outbox and shown: e-mail for rejected orders, posts to other machines", async () => {
    const id = await place(declined);
    await eventually(() => {
      const about = outbox().filter(({ body }) => body.includes(`${id}:2`));
      expect(about.map(({ to, outcome }) => [to, outcome]).sort()).toEqual([
        ["https://partner.example/orders", "kept here only: the address is not on this machine"],
        ["operators@example.com", "kept here only"],
      ]);
      expect(started.host.printed).toMatch(/info operators@example\.com: e-mail .*specversion/);
    });
  });
});

describe("Slack", () => {
  const postsAbout = (orderId: string) => slack.requests.filter(({ json }) => JSON.stringify(json).includes(orderId));

  it("is told of a rejected order once, when it answers 429, then 500, then 200, and only when it wants to be asked", async () => {
    const answers: StubAnswer[] = [{ status: 429, headers: { "retry-after": "1" } }, { status: 500 }];
    slackAnswer = (post) => answers[post] ?? { status: 200 };
    const id = await place(declined);
    await eventually(() => expect(postsAbout(id)).toHaveLength(3));
    const [first, again] = slackPosts.get(id) ?? [];
    expect(Number(again) - Number(first)).toBeGreaterThanOrEqual(1_000);
    slackAnswer = () => ({ status: 200 });
    // A second rejection goes the same way: by then a fourth post about the first would have been made.
    const second = await place(declined);
    await eventually(() => expect(postsAbout(second)).toHaveLength(1));
    expect(postsAbout(id)).toHaveLength(3);
    expect(postsAbout(id)[2]).toMatchObject({
      path: `/services/${webhookSecret}`,
      json: {
        text: "Order rejected: payment declined",
        blocks: [{ type: "header" }, { type: "section" }, { type: "section" }],
      },
    });
  });

  it("that is down for good delays no order; its notifications end in a dead-letter queue with an alarm", async () => {
    await started.aws.hideReceivedFor(await queueUrl("orders-notifications"), 1);
    slackAnswer = () => ({ status: 503 });
    const rejected = await place(declined);
    await eventually(() => expect(postsAbout(rejected).length).toBeGreaterThan(0));
    await settled(await place(laptop), "SHIPPED");
    await settled(rejected, "REJECTED");

    const deadLetters = await queueUrl("orders-notifications-dlq");
    await eventually(async () => {
      expect((await started.aws.depth(deadLetters)).waiting).toBe(1);
      const [alarm] = Object.values(await started.aws.alarmsOf(deadLetters));
      expect(alarm).toBe("ALARM");
    });
    const [dead] = await started.aws.peek(deadLetters);
    expect(cloudEvent(dead ?? {}).id).toBe(`${rejected}:2`);
  });

  it("never has its webhook's URL in a log", () => {
    const logs = join(started.host.folder, "logs");
    const written = readdirSync(logs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
      .join("");
    expect(written).toContain("notification not posted");
    expect(written + started.host.printed).not.toContain("webhook-secret");
  });
});
