import { orderCreatedSchema, sentLineSchema, sentOrderSchema } from "../runtime/inbox/order-created";
import { keyAttribute } from "../runtime/inbox/order-message";
import { jsonSchemas } from "../runtime/order-api/json-schemas";
import { orderEventTypeSchema } from "../runtime/orders/order-event";
import { rejectionReasonSchema } from "../runtime/orders/rejection-reason";
import { partnerEventSchema } from "../runtime/partners/partner-event";
import { openObjects } from "./open-objects";

const occasions: Readonly<Record<(typeof orderEventTypeSchema.options)[number], string>> = {
  OrderPlaced: "An order was accepted.",
  OrderPaid: "The payment was taken.",
  OrderShipped: "The order is on its way. Terminal.",
  OrderRejected: "The payment was declined, or shipping refused and the payment was returned. Terminal.",
  OrderCancelled: "The customer took the order back before it was paid. Terminal.",
};

const messages = Object.fromEntries(
  orderEventTypeSchema.options.map((type) => [
    type,
    {
      name: type,
      title: type,
      summary: occasions[type],
      contentType: "application/cloudevents+json",
      headers: { $ref: "#/components/schemas/MessageAttributes" },
      payload: {
        allOf: [
          { $ref: "#/components/schemas/OrderEvent" },
          { type: "object", properties: { type: { const: type } }, required: ["type"] },
        ],
      },
    },
  ]),
);

/** What the intake topic takes: an order, or the event around it. */
const sentMessages = {
  Order: {
    name: "Order",
    title: "Order",
    summary: "An order as the API takes it. Its key is the message attribute, else the id that SNS gave the message.",
    contentType: "application/json",
    headers: { $ref: "#/components/schemas/IntakeAttributes" },
    payload: {
      oneOf: [{ $ref: "#/components/schemas/SentOrder" }, { $ref: "#/components/schemas/SentOrderOfOneLine" }],
    },
  },
  OrderCreated: {
    name: "OrderCreated",
    title: "OrderCreated",
    summary: "An event around an order. Its id is the order's Idempotency-Key: sent again, it makes no second order.",
    contentType: "application/json",
    payload: { $ref: "#/components/schemas/OrderCreated" },
  },
};

const references = (prefix: string, to: object) =>
  Object.fromEntries(Object.keys(to).map((name) => [name, { $ref: `${prefix}${name}` }]));

/** What partners can subscribe to, and what they can send, as AsyncAPI 3.0. */
export const asyncapiDocument = {
  asyncapi: "3.0.0",
  info: {
    title: "Order events",
    version: "1.0.0",
    description:
      "What happens to orders. Every event is delivered at least once: drop one whose `id` was seen before. Events of one order may overtake each other: `data.order.version` is 1 when it is placed and grows by 1 with each change, so keep the highest and drop what is lower.",
  },
  defaultContentType: "application/cloudevents+json",
  channels: {
    orderEvents: {
      // Known once the stack is deployed: the stack's output order_events_topic_arn.
      address: null,
      title: "Topic of order events",
      description:
        "An SNS topic, the stack's output `order_events_topic_arn`. The settings `partners` and `webhooks` subscribe to it. Subscriptions filter on the message attributes.",
      messages: references("#/components/messages/", messages),
    },
    intake: {
      address: null,
      title: "Topic of orders that come in",
      description:
        "An SNS topic, the stack's output `intake_topic_arn`. The setting `publisherAccounts` lets other accounts publish. What is wrong goes to the inbox's dead-letter queue, with the reason in the attributes `error`, `field` and `reason`.",
      messages: references("#/components/messages/", sentMessages),
    },
  },
  operations: {
    publishOrderEvents: {
      action: "send",
      channel: { $ref: "#/channels/orderEvents" },
      summary: "Tells of every change of an order.",
      messages: Object.values(references("#/channels/orderEvents/messages/", messages)),
    },
    receiveOrders: {
      action: "receive",
      channel: { $ref: "#/channels/intake" },
      summary: "Takes orders.",
      messages: Object.values(references("#/channels/intake/messages/", sentMessages)),
    },
  },
  components: {
    messages: { ...messages, ...sentMessages },
    schemas: {
      ...openObjects(jsonSchemas({ OrderEvent: partnerEventSchema }, "#/components/schemas/")),
      MessageAttributes: {
        type: "object",
        properties: {
          event_type: { type: "string", enum: orderEventTypeSchema.options },
          schema_version: { type: "string", description: "The schema_version of the event's data." },
          rejection_reason: { type: "string", enum: rejectionReasonSchema.options },
        },
        required: ["event_type", "schema_version"],
      },
      ...jsonSchemas(
        { OrderCreated: orderCreatedSchema, SentOrder: sentOrderSchema, SentOrderOfOneLine: sentLineSchema },
        "#/components/schemas/",
      ),
      IntakeAttributes: {
        type: "object",
        properties: { [keyAttribute]: { type: "string", description: "The order's Idempotency-Key." } },
      },
    },
  },
};
