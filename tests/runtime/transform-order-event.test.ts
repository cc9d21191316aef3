import { SNSClient } from "@aws-sdk/client-sns";
import type { SQSRecord } from "aws-lambda";
import { CloudEvent, HTTP } from "cloudevents";
import { awsAt, stubService } from "pulumi-local-host/testing/stub-service";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { queueHandler } from "../../runtime/lambda/queue-handler";
import { type OrderEvent, orderEventOf } from "../../runtime/orders/order-event";
import { freshOrderId } from "../../runtime/orders/order-id";
import { customerHash } from "../../runtime/orders/order-log";
import { orderStatuses } from "../../runtime/orders/order-status";
import type { OrderEventTopic } from "../../runtime/partners/order-event-topic";
import { type PartnerEvent, partnerEventAttributes, partnerEventOf } from "../../runtime/partners/partner-event";
import { snsOrderEvents } from "../../runtime/partners/sns-order-events";
import {
  transformOrderEventHandler,
  transformOrderEventWorker,
} from "../../runtime/partners/transform-order-event-handler";
import { ada, anOrder, orderId } from "./an-order";
import { lambdaContext } from "./api-event";
import { captureLog, messageFields } from "./captured-log";
import { busEvent, queueEvent, queueRecord } from "./queue-event";

const log = captureLog();
const source = "https://api.example.com/orders";
const rejected = orderEventOf(
  anOrder({
    status: "REJECTED",
    version: 3,
    updated_at: "2026-11-21T09:00:05.000Z",
    idempotency_key: "key-1",
    payment_reference: "pay-1",
    rejection_reason: "shipping_refused",
  }),
);

const partnerEvent = ({ type, detail }: OrderEvent) => partnerEventOf({ "detail-type": type, detail }, source);

const topicThat = (takes: (event: PartnerEvent) => boolean = () => true) => {
  const published: PartnerEvent[] = [];
  const topic: OrderEventTopic = {
    publish: async (event) => {
      if (!takes(event)) throw new Error("Rate exceeded");
      published.push(event);
    },
  };
  return { topic, published };
};
const transform = (topic: OrderEventTopic, ...records: readonly SQSRecord[]) =>
  queueHandler({ environment: z.object({}), build: () => transformOrderEventWorker({ topic, source }) })(
    queueEvent(...records),
    lambdaContext,
  );

describe("an event for partners", () => {
  it("is the bus's event as a CloudEvent", () => {
    expect(partnerEvent(rejected)).toEqual({
      specversion: "1.0",
      id: `${orderId}:3`,
      source,
      type: "OrderRejected",
      subject: orderId,
      time: "2026-11-21T09:00:05.000Z",
      datacontenttype: "application/json",
      correlationid: "request-1",
      data: {
        schema_version: 1,
        order: {
          order_id: orderId,
          status: "REJECTED",
          version: 3,
          items: [{ item: "Widget", quantity: 2 }],
          created_at: "2026-11-21T09:00:00.000Z",
          updated_at: "2026-11-21T09:00:05.000Z",
          rejection_reason: "shipping_refused",
        },
      },
    });
  });

  it("says nothing of whose order it is, nor of how it is paid for", () => {
    expect(JSON.stringify(partnerEvent(rejected))).not.toMatch(/ada|customer|tok_visa|pay-1|key-1|fingerprint/);
  });

  it("is one that CloudEvents' own library accepts, whatever happened to the order", () => {
    for (const status of orderStatuses) {
      const body = JSON.stringify(partnerEvent(orderEventOf(anOrder({ status }))));
      const read = HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body });
      expect(read instanceof CloudEvent && read.validate()).toBe(true);
    }
  });

  it("leaves out a correlation id that is empty, which CloudEvents does not allow", () => {
    const event = partnerEvent(orderEventOf(anOrder({ trace: { correlation_id: "" } })));
    expect(event).not.toHaveProperty("correlationid");
  });

  it("can be filtered by its type, its schema's version, and why an order was rejected", () => {
    expect(partnerEventAttributes(partnerEvent(rejected))).toEqual({
      event_type: "OrderRejected",
      schema_version: "1",
      rejection_reason: "shipping_refused",
    });
    expect(partnerEventAttributes(partnerEvent(orderEventOf(anOrder())))).toEqual({
      event_type: "OrderPlaced",
      schema_version: "1",
    });
  });
});

describe("transforming the events of a batch", () => {
  it("publishes each, and says so in one line", async () => {
    const { topic, published } = topicThat();
    expect(await transform(topic, queueRecord("m-1", busEvent(rejected)))).toEqual({ batchItemFailures: [] });
    expect(published).toEqual([partnerEvent(rejected)]);
    expect(log.lines()).toEqual([
      {
        level: "info",
        timestamp: expect.any(String),
        ...messageFields,
        customer_hash: customerHash(ada),
        event_id: `${orderId}:3`,
        order_id: orderId,
        correlation_id: "request-1",
        message_id: "m-1",
        event_type: "OrderRejected",
        message: "event published",
      },
    ]);
  });

  it("fails only the message whose event the topic did not take", async () => {
    const other = orderEventOf(anOrder({ order_id: freshOrderId() }));
    const { topic, published } = topicThat(({ type }) => type !== "OrderRejected");
    const records = [queueRecord("m-1", busEvent(rejected)), queueRecord("m-2", busEvent(other))];
    expect(await transform(topic, ...records)).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
    expect(published).toEqual([partnerEvent(other)]);
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ level: "error", message: "event not published", event_id: `${orderId}:3` }),
    );
    expect(log.counted("WorkFailed", { Step: "transform-order-event" })).toEqual([1]);
  });

  it("fails a message that is not an event of an order, and names where it is wrong and nothing else", async () => {
    const { topic, published } = topicThat();
    const wrong = { ...busEvent(rejected), detail: { ...rejected.detail, order: { customer_id: "ada" } } };
    expect(await transform(topic, queueRecord("m-1", wrong))).toEqual({
      batchItemFailures: [{ itemIdentifier: "m-1" }],
    });
    expect(published).toEqual([]);
    expect(log.lines()).toEqual([
      expect.objectContaining({
        reason: expect.stringContaining("not an event of an order: wrong at /detail/order/order_id"),
      }),
    ]);
    expect(log.text()).not.toContain("ada");
  });

  it("needs the topic and the URL of the orders", () => {
    expect(Object.keys(transformOrderEventHandler.environment.shape)).toEqual(["ORDER_EVENTS_TOPIC_ARN", "ORDERS_URL"]);
  });
});

describe("the topic of order events on SNS", () => {
  const topicArn = "arn:aws:sns:eu-west-1:123456789012:orders-events";
  const answer = (result: string) => ({
    status: 200,
    headers: { "content-type": "text/xml" },
    text: `<PublishBatchResponse><PublishBatchResult>${result}</PublishBatchResult></PublishBatchResponse>`,
  });

  const idsOf = (request: string): readonly string[] =>
    [...new URLSearchParams(request)].filter(([key]) => key.endsWith(".Id")).map(([, id]) => id);

  it("is sent the event with the attributes to filter on", async () => {
    await using sns = await stubService(() => answer("<Successful><member><Id>0</Id></member></Successful>"));
    await snsOrderEvents(new SNSClient(awsAt(sns.url)), topicArn).publish(partnerEvent(rejected));
    const sent = new URLSearchParams(sns.requests[0]?.text);
    const entry = "PublishBatchRequestEntries.member.1";
    expect(Object.fromEntries(sent)).toMatchObject({
      Action: "PublishBatch",
      TopicArn: topicArn,
      [`${entry}.Message`]: JSON.stringify(partnerEvent(rejected)),
      [`${entry}.MessageAttributes.entry.1.Name`]: "event_type",
      [`${entry}.MessageAttributes.entry.1.Value.DataType`]: "String",
      [`${entry}.MessageAttributes.entry.1.Value.StringValue`]: "OrderRejected",
      [`${entry}.MessageAttributes.entry.3.Name`]: "rejection_reason",
    });
  });

  it("is sent the events of one invocation in one call, and says which of them it did not take in four tries", async () => {
    const failed = "<member><Id>1</Id><Code>InternalError</Code><SenderFault>false</SenderFault></member>";
    await using sns = await stubService(() => answer(`<Failed>${failed}</Failed>`));
    const topic = snsOrderEvents(new SNSClient(awsAt(sns.url)), topicArn, () => Promise.resolve());
    const outcomes = await Promise.allSettled(
      [rejected, rejected, rejected].map((it) => topic.publish(partnerEvent(it))),
    );
    expect(sns.requests.map(({ text }) => idsOf(text))).toEqual([["0", "1", "2"], ["1"], ["1"], ["1"]]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({
      reason: { name: "ServiceUnavailable", message: "The topic did not accept the event: InternalError" },
    });
  });

  it("is sent what one call cannot hold in a second one", async () => {
    await using sns = await stubService(() => answer(""));
    const topic = snsOrderEvents(new SNSClient(awsAt(sns.url)), topicArn);
    await Promise.all(Array.from({ length: 11 }, () => topic.publish(partnerEvent(rejected))));
    expect(sns.requests.map(({ text }) => idsOf(text).length)).toEqual([10, 1]);
  });

  it("that refuses rejects", async () => {
    const text =
      "<ErrorResponse><Error><Code>AuthorizationError</Code><Message>not allowed</Message></Error></ErrorResponse>";
    await using sns = await stubService(() => ({ status: 403, headers: { "content-type": "text/xml" }, text }));
    const publish = snsOrderEvents(new SNSClient(awsAt(sns.url)), topicArn).publish(partnerEvent(rejected));
    await expect(publish).rejects.toThrow("not allowed");
  });
});
