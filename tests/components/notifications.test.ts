import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { declaredBy } from "../support/declared-by";
import { resource, stackGraph } from "../support/stack-graph";
import { connected } from "./connected-stack";

let graph: ResourceGraph;
const { queueArn, topicArn, subscription, queueStatements, letsFrom } = declaredBy(() => graph);

beforeAll(async () => {
  graph = await stackGraph("dev", connected);
});

describe("people", () => {
  it("get an e-mail for a rejected order where an address is set", () => {
    expect(subscription("orders-rejections-email")).toEqual({
      topic: topicArn("orders-events"),
      protocol: "email",
      endpoint: "operators@shop.internal",
      filterPolicy: JSON.stringify({ event_type: ["OrderRejected"] }),
    });
  });

  it("read alarms and rejected orders in Slack, through a queue with a dead-letter queue", () => {
    const toQueue = {
      protocol: "sqs",
      endpoint: queueArn("orders-notifications"),
      rawMessageDelivery: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("orders-notifications-dlq") }),
    };
    expect(subscription("orders-alarms")).toEqual({ topic: topicArn("orders-alarms"), ...toQueue });
    expect(subscription("orders-rejected")).toEqual({
      topic: topicArn("orders-events"),
      ...toQueue,
      filterPolicy: JSON.stringify({ event_type: ["OrderRejected"] }),
    });
    for (const queue of ["orders-notifications", "orders-notifications-dlq"]) {
      expect(queueStatements(queue).slice(1)).toEqual([
        letsFrom(queue, "sns.amazonaws.com", topicArn("orders-events")),
        letsFrom(queue, "sns.amazonaws.com", topicArn("orders-alarms")),
      ]);
    }
  });

  it("are posted one at a time, since Slack accepts about one a second", () => {
    expect(
      resource(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "orders-notifications").inputs,
    ).toMatchObject({ batchSize: 1, scalingConfig: { maximumConcurrency: 2 } });
    expect(resource(graph, "aws:lambda/function:Function", "orders-notify").inputs["timeout"]).toBe(30);
  });
});

describe("the Slack webhook", () => {
  it("is a SecureString, and appears nowhere else", () => {
    const parameter = resource(graph, "aws:ssm/parameter:Parameter", "orders-slack-webhook");
    expect(parameter.inputs).toMatchObject({
      type: "SecureString",
      value: "https://slack.shop.internal/webhook-for-tests",
    });
    const others = graph.resources.filter(({ type }) => type !== "aws:ssm/parameter:Parameter");
    expect(JSON.stringify(others) + JSON.stringify(graph.outputs)).not.toContain("webhook-for-tests");
  });
});
