import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { declaredBy, json, statementsOf } from "../support/declared-by";
import { resource, stackGraph } from "../support/stack-graph";
import { connected } from "./connected-stack";

let graph: ResourceGraph;
const { queueArn, topicArn, subscription, statements, queueStatements, letsFrom } = declaredBy(() => graph);

const withAnotherWebhook = {
  ...connected,
  webhooks: JSON.stringify([{ url: "https://other.shop.internal/" }, { url: "https://partner.shop.internal/orders" }]),
};

beforeAll(async () => {
  graph = await stackGraph("dev", connected);
});

describe("every event of an order", () => {
  it("goes from the bus through a queue to transform-order-event, which reports what failed", () => {
    const rule = resource(graph, "aws:cloudwatch/eventRule:EventRule", "orders-changed");
    expect(json(rule.inputs["eventPattern"])).toEqual({ source: ["orders"] });
    expect(resource(graph, "aws:cloudwatch/eventTarget:EventTarget", "orders-changed").inputs).toMatchObject({
      arn: queueArn("orders-transform"),
      deadLetterConfig: { arn: queueArn("orders-changed-dlq") },
    });
    expect(queueStatements("orders-transform")).toMatchObject([
      { Effect: "Deny" },
      letsFrom("orders-transform", "events.amazonaws.com", rule.outputs["arn"]),
    ]);
    expect(resource(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "orders-transform").inputs).toEqual({
      eventSourceArn: queueArn("orders-transform"),
      functionName: resource(graph, "aws:lambda/function:Function", "orders-transform-order-event").outputs["name"],
      batchSize: 10,
      scalingConfig: { maximumConcurrency: 50 },
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
  });

  it("is published under the URL of the API's orders", () => {
    const { environment } = resource(graph, "aws:lambda/function:Function", "orders-transform-order-event").inputs;
    expect(environment).toMatchObject({
      variables: { ORDERS_URL: "http://localhost:3000/orders", ORDER_EVENTS_TOPIC_ARN: topicArn("orders-events") },
    });
    expect(graph.outputs["order_events_topic_arn"]).toBe(topicArn("orders-events"));
  });
});

describe("the topic of order events", () => {
  it("is encrypted, signed with SHA-256, and refuses requests without TLS", () => {
    expect(resource(graph, "aws:sns/topic:Topic", "orders-events").inputs).toEqual({
      kmsMasterKeyId: "alias/aws/sns",
      signatureVersion: 2,
    });
    expect(statements("aws:sns/topicPolicy:TopicPolicy", "orders-events")).toEqual([
      {
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: [topicArn("orders-events")],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("is encrypted with the stack's key where everything is", async () => {
    const prod = await stackGraph("prod");
    expect(resource(prod, "aws:sns/topic:Topic", "orders-events").inputs).toMatchObject({
      kmsMasterKeyId: resource(prod, "aws:kms/key:Key", "orders-key").outputs["arn"],
    });
  });

  it("has no subscriber that is not set", async () => {
    const plain = await stackGraph("dev");
    const events = resource(plain, "aws:sns/topic:Topic", "orders-events").outputs["arn"];
    const subscribed = plain.resources.filter(({ type }) => type === "aws:sns/topicSubscription:TopicSubscription");
    expect(subscribed.filter(({ inputs }) => inputs["topic"] === events)).toEqual([]);
    expect(plain.resources.map(({ name }) => name)).not.toContain("orders-notify");
  });
});

describe("a partner's queue", () => {
  it("gets the events it filters on, as they were published, and keeps what cannot be delivered", () => {
    expect(subscription("orders-partner-returns")).toEqual({
      topic: topicArn("orders-events"),
      protocol: "sqs",
      endpoint: queueArn("orders-partner-returns"),
      rawMessageDelivery: true,
      filterPolicy: JSON.stringify({ event_type: ["OrderRejected"] }),
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("orders-partner-returns-dlq") }),
    });
    expect(subscription("orders-partner-warehouse")).not.toHaveProperty("filterPolicy");
    const { redrivePolicy } = resource(graph, "aws:sqs/queue:Queue", "orders-partner-returns").inputs;
    expect(json(redrivePolicy)).toEqual({
      deadLetterTargetArn: queueArn("orders-partner-returns-dlq"),
      maxReceiveCount: 5,
    });
    const topic = topicArn("orders-events");
    expect(queueStatements("orders-partner-returns-dlq")).toMatchObject([
      { Effect: "Deny" },
      letsFrom("orders-partner-returns-dlq", "sns.amazonaws.com", topic),
    ]);
  });

  it("is read by roles of the partner's account, and by nobody else from outside", () => {
    const own = letsFrom("orders-partner-returns", "sns.amazonaws.com", topicArn("orders-events"));
    expect(queueStatements("orders-partner-returns")).toEqual([
      expect.objectContaining({ Effect: "Deny", Sid: "DenyInsecureTransport" }),
      own,
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: [
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
          "sqs:ChangeMessageVisibility",
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
        ],
        Resource: queueArn("orders-partner-returns"),
        Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" } },
      },
    ]);
    expect(queueStatements("orders-partner-warehouse")).toHaveLength(2);
  });

  it("can be decrypted by that account through SQS where the stack's key encrypts it", async () => {
    const prod = await stackGraph("prod", withAnotherWebhook);
    const allowed = statementsOf(prod, "aws:kms/key:Key", "orders-key").filter(({ Principal }) =>
      JSON.stringify(Principal).includes("111122223333"),
    );
    expect(allowed).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: {
          StringEquals: { "kms:ViaService": "sqs.eu-central-1.amazonaws.com" },
          ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" },
        },
      },
    ]);
  });

  it("declares an alarm when a message has waited for an hour", () => {
    const alarm = resource(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "orders-partner-returns-waits");
    expect(alarm.inputs).toMatchObject({ metricName: "ApproximateAgeOfOldestMessage", threshold: 3_600 });
  });

  it("has its URL among the outputs", () => {
    const url = (name: string): unknown => resource(graph, "aws:sqs/queue:Queue", name).outputs["url"];
    expect(graph.outputs["partner_queue_urls"]).toEqual({
      returns: url("orders-partner-returns"),
      warehouse: url("orders-partner-warehouse"),
    });
  });
});

describe("a webhook", () => {
  const webhook = (): ResourceNode => {
    const found = graph.resources.find(({ inputs }) => inputs["endpoint"] === "https://partner.shop.internal/orders");
    if (found === undefined) throw new Error("There is no subscription of the webhook.");
    return found;
  };

  it("is posted signed envelopes, retried for up to an hour, then dead-lettered", () => {
    const { name, inputs } = webhook();
    expect(inputs).toEqual({
      topic: topicArn("orders-events"),
      protocol: "https",
      endpoint: "https://partner.shop.internal/orders",
      filterPolicy: JSON.stringify({ event_type: ["OrderShipped"] }),
      deliveryPolicy: JSON.stringify({
        healthyRetryPolicy: { minDelayTarget: 5, maxDelayTarget: 300, numRetries: 12, backoffFunction: "exponential" },
      }),
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(`${name}-dlq`) }),
    });
    expect(queueStatements(`${name}-dlq`)).toContainEqual(
      letsFrom(`${name}-dlq`, "sns.amazonaws.com", topicArn("orders-events")),
    );
  });

  it("keeps its name, and with it its confirmation, when another is set before it", async () => {
    const two = await stackGraph("prod", withAnotherWebhook);
    expect(two.resources.find(({ inputs }) => inputs["endpoint"] === "https://other.shop.internal/")).toBeDefined();
    expect(two.resources.map(({ name }) => name)).toContain(webhook().name);
  });
});
