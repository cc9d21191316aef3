import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { type OrderDashboardArgs, orderDashboard } from "../../components/order-dashboard";
import { orderMetrics } from "../../runtime/orders/order-metrics";
import { resource, stackGraph } from "../support/stack-graph";
import { connected } from "./connected-stack";
import { dashboardOf } from "./dashboard-of";

let graph: ResourceGraph;
let widgets: ReturnType<typeof dashboardOf>["widgets"];

beforeAll(async () => {
  graph = await stackGraph("dev", connected);
  widgets = dashboardOf(graph, "orders").widgets;
});

const titled = (title: string) => widgets.find(({ properties }) => properties.title === title)?.properties;

/** Of all graphs: namespace, metric and dimensions of each line. */
const lines = () =>
  widgets.flatMap(({ properties }) =>
    (properties.metrics ?? []).map((line) => line.filter((part) => typeof part === "string")),
  );

/** The metrics that each service publishes, of those that are drawn, with the page that lists them. */
const published: Readonly<Record<string, { readonly page: string; readonly metrics: readonly string[] }>> = {
  "AWS/ApiGateway": {
    page: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html",
    metrics: ["4xx", "5xx", "Count", "IntegrationLatency", "Latency", "DataProcessed"],
  },
  "AWS/DynamoDB": {
    page: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html",
    metrics: [
      "ConsumedReadCapacityUnits",
      "ConsumedWriteCapacityUnits",
      "ReadThrottleEvents",
      "WriteThrottleEvents",
      "ThrottledRequests",
    ],
  },
  "AWS/Events": {
    page: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html",
    metrics: ["FailedInvocations", "Invocations", "InvocationsFailedToBeSentToDlq", "MatchedEvents", "TriggeredRules"],
  },
  "AWS/Lambda": {
    page: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
    metrics: ["Invocations", "Errors", "Throttles", "Duration", "IteratorAge", "ConcurrentExecutions"],
  },
  "AWS/Logs": {
    page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html",
    metrics: ["IncomingBytes", "IncomingLogEvents"],
  },
  "AWS/SNS": {
    page: "https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html",
    metrics: ["NumberOfMessagesPublished", "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"],
  },
  "AWS/SQS": {
    page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
    metrics: [
      "ApproximateAgeOfOldestMessage",
      "ApproximateNumberOfMessagesVisible",
      "ApproximateNumberOfMessagesNotVisible",
      "NumberOfMessagesSent",
    ],
  },
  "AWS/States": {
    page: "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html",
    metrics: ["ExecutionTime", "ExecutionsFailed", "ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsTimedOut"],
  },
};

describe("the dashboard", () => {
  it("reads from what customers feel through each step to dead letters and cost", () => {
    expect(widgets.map(({ properties: { title, markdown } }) => title ?? markdown?.split("\n")[0])).toEqual([
      "# Orders",
      "Orders are flowing",
      "Alarms that are on",
      "## What customers feel",
      "Orders received",
      "Orders ended",
      "Seconds from placed to shipped",
      "Orders refused and replayed",
      "Requests to orders-api",
      "Time to answer of orders-api, milliseconds",
      "Files imported and refused",
      "Orders open for more than 60 minutes",
      "## Step by step: what waits, for how long, and what fails",
      "Functions of the API",
      "orders-intake",
      "orders-inbox",
      "orders-files",
      "orders-publish-order",
      "orders-table",
      "orders-relay",
      "orders-bus",
      "orders-fulfilment",
      "orders-fulfilment-workflow",
      "Functions of the workflow",
      "Services, milliseconds p99",
      "orders-reconcile-orders",
      "orders-transform",
      "orders-events",
      "orders-partner-returns",
      "orders-partner-warehouse",
      "orders-notifications",
      "## Dead letters: each one has an alarm and a runbook",
      "Dead letters waiting",
      "Age of the oldest dead letter, seconds",
      "## What it costs",
      "Invocations",
      "Milliseconds that functions ran",
      "Log bytes",
      "Messages sent to queues",
      "Table units",
      "Events that matched rules",
      "Executions",
    ]);
  });

  it("has no two parts at one place, and none outside of the 24 columns", () => {
    const taken = new Map<string, string>();
    for (const { x, y, width, height, properties } of widgets) {
      const name = String(properties.title ?? properties.markdown);
      expect(x + width, name).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect(taken.get(`${column},${row}`), name).toBeUndefined();
          taken.set(`${column},${row}`, name);
        }
      }
    }
  });

  it("draws the median and the slowest of a hundred orders on their way to be shipped", () => {
    const metric = ["OrderPipeline", "TimeToShip", "Stack", "order-pipeline-dev"];
    expect(titled("Seconds from placed to shipped")).toEqual({
      title: "Seconds from placed to shipped",
      region: "eu-central-1",
      view: "timeSeries",
      period: 60,
      metrics: [
        [...metric, { stat: "p50", label: "p50" }],
        [...metric, { stat: "p99", label: "p99" }],
      ],
    });
  });

  it("draws a step as one: its queue, how old the oldest message is, and what its function could not do", () => {
    const queue = ["QueueName", resource(graph, "aws:sqs/queue:Queue", "orders-fulfilment").outputs["name"]];
    const handler = [
      "FunctionName",
      resource(graph, "aws:lambda/function:Function", "orders-fulfil-order").outputs["name"],
    ];
    expect(titled("orders-fulfilment")?.metrics).toEqual([
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", ...queue, { stat: "Maximum", label: "waiting" }],
      [
        "AWS/SQS",
        "ApproximateAgeOfOldestMessage",
        ...queue,
        { stat: "Maximum", label: "age of the oldest, seconds", yAxis: "right" },
      ],
      ["AWS/Lambda", "Errors", ...handler, { stat: "Sum", label: "orders-fulfil-order errors" }],
      ["AWS/Lambda", "Throttles", ...handler, { stat: "Sum", label: "orders-fulfil-order throttles" }],
      [
        "OrderPipeline",
        "WorkFailed",
        ...["Stack", "order-pipeline-dev", "Step", "fulfil-order"],
        { stat: "Sum", label: "not handled by fulfil-order" },
      ],
    ]);
  });

  it("draws every metric that handlers count, in each of its divisions", () => {
    const drawn = new Set(lines().map((line) => line.join(" ")));
    const counted = Object.entries(orderMetrics).flatMap(([name, definition]) => {
      const plain = `OrderPipeline ${name} Stack order-pipeline-dev`;
      if (!("by" in definition)) return [plain];
      return Object.entries(definition.by).flatMap(([dimension, values]) =>
        values.map((value: string) => `${plain} ${dimension} ${value}`),
      );
    });
    expect(counted.filter((metric) => !drawn.has(metric))).toEqual([]);
  });

  it("draws nothing but what handlers count and what AWS publishes", () => {
    const unknown = lines().filter(([namespace = "", metric = ""]) =>
      namespace === "OrderPipeline" ? !(metric in orderMetrics) : !published[namespace]?.metrics.includes(metric),
    );
    expect(unknown).toEqual([]);
  });

  it.each([
    ["aws:sqs/queue:Queue", "QueueName"],
    ["aws:lambda/function:Function", "FunctionName"],
    ["aws:dynamodb/table:Table", "TableName"],
    ["aws:cloudwatch/eventRule:EventRule", "RuleName"],
    ["aws:cloudwatch/logGroup:LogGroup", "LogGroupName"],
  ])("shows every %s of the stack", (type, dimension) => {
    const declared = graph.resources.filter((each) => each.type === type).map(({ outputs }) => String(outputs["name"]));
    const shown = new Set(
      lines().flatMap((line) => (line.includes(dimension) ? [line[line.indexOf(dimension) + 1]] : [])),
    );
    expect(declared.filter((name) => !shown.has(name))).toEqual([]);
  });

  it("says which alarms are on, of all there are, and no more of them in a part than CloudWatch takes", () => {
    const arnOf = (type: string) =>
      graph.resources.filter((each) => each.type === type).map(({ outputs }) => String(outputs["arn"]));
    expect(titled("Orders are flowing")).toMatchObject({
      alarms: arnOf("aws:cloudwatch/compositeAlarm:CompositeAlarm"),
    });
    const on = widgets.filter(({ properties }) => properties.title === "Alarms that are on");
    expect(on.every(({ properties }) => (properties.alarms?.length ?? 0) <= 100)).toBe(true);
    expect(on.flatMap(({ properties }) => properties.alarms ?? []).sort()).toEqual(
      arnOf("aws:cloudwatch/metricAlarm:MetricAlarm").sort(),
    );
  });
});

describe("the first line of the dashboard", () => {
  const first = (args: Partial<OrderDashboardArgs>) => {
    const runbooks = "docs/operations.md";
    const metrics = { namespace: "OrderPipeline", stack: "order-pipeline-dev" };
    const [band] = orderDashboard({ metrics, runbooks, notFlowing: "arn", alarms: ["arn"], parts: [], ...args });
    return band?.parts ?? [];
  };

  it("names the sections of the runbooks by their place in the repository", () => {
    const markdown = expect.stringContaining("- Orders are not flowing (`docs/operations.md#orders-are-not-flowing`)");
    expect(first({})).toContainEqual({ width: 12, markdown });
  });

  it("links to them where they are published", () => {
    const runbooks = "https://wiki.shop.internal/orders";
    const markdown = expect.stringContaining(`- [Orders are not flowing](${runbooks}#orders-are-not-flowing)`);
    expect(first({ runbooks })).toContainEqual({ width: 12, markdown });
  });

  it("has as many parts as it takes to show all alarms", () => {
    const shown = first({ alarms: Array.from({ length: 201 }, (_, index) => `arn-${index}`) });
    expect(shown.flatMap((part) => ("alarms" in part ? [part.alarms.length] : []))).toEqual([1, 100, 100, 1]);
  });
});
