import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { resource, stackGraph } from "../support/stack-graph";

const schedule = "aws:scheduler/schedule:Schedule";

let graph: ResourceGraph;

beforeAll(async () => {
  graph = await stackGraph("dev");
});

describe("reconcile-orders", () => {
  it("runs every five minutes, each run over before the next begins", () => {
    const reconcile = resource(graph, "aws:lambda/function:Function", "orders-reconcile-orders");
    expect(resource(graph, schedule, "orders-reconcile-schedule").inputs).toMatchObject({
      scheduleExpression: "rate(5 minutes)",
      state: "ENABLED",
      target: { arn: reconcile.outputs["arn"], input: "{}" },
    });
    expect(reconcile.inputs["timeout"]).toBe(295);
    expect(reconcile.inputs["environment"]).toMatchObject({ variables: { LIMIT_MINUTES: "60", EVERY_MINUTES: "5" } });
  });

  it("runs as often as the limit is long when that is shorter", async () => {
    const strict = await stackGraph("dev", { openOrderAlarmMinutes: "1" });
    expect(resource(strict, schedule, "orders-reconcile-schedule").inputs["scheduleExpression"]).toBe("rate(1 minute)");
    const { inputs } = resource(strict, "aws:lambda/function:Function", "orders-reconcile-orders");
    expect(inputs["environment"]).toMatchObject({ variables: { LIMIT_MINUTES: "1", EVERY_MINUTES: "1" } });
    expect(inputs["timeout"]).toBe(55);
  });

  it("may put data to its one namespace of CloudWatch", () => {
    const { policy } = resource(graph, "aws:iam/rolePolicy:RolePolicy", "orders-reconcile-orders").inputs;
    expect(JSON.parse(String(policy))).toMatchObject({
      Statement: expect.arrayContaining([
        {
          Effect: "Allow",
          Action: ["cloudwatch:PutMetricData"],
          Resource: ["*"],
          Condition: { StringEquals: { "cloudwatch:namespace": "OrderPipeline" } },
        },
      ]),
    });
  });

  it("declares an alarm for a single order that it leaves to a person, and when it fails itself", () => {
    const FunctionName = resource(graph, "aws:lambda/function:Function", "orders-reconcile-orders").outputs["name"];
    const alarm = (name: string) => resource(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs;
    const greater = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1 };
    expect(alarm("orders-open-too-long")).toMatchObject({
      ...greater,
      namespace: "OrderPipeline",
      metricName: "OpenOrdersLeft",
      dimensions: { Stack: "order-pipeline-dev" },
      statistic: "Maximum",
      threshold: 0,
      period: 600,
    });
    expect(alarm("orders-reconcile-orders-fails")).toMatchObject({
      ...greater,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName },
      statistic: "Sum",
      threshold: 2,
      period: 900,
    });
  });
});
