import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { alarmCauses, notCausedHere } from "../pipeline/alarm-causes";
import { logicalName } from "../support/operated-host";
import { resource, stackGraph } from "../support/stack-graph";
import { connected } from "./connected-stack";

const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** Anchors as GitHub makes them of headings. */
const anchors = readFileSync(join(__dirname, "../../docs/operations.md"), "utf8")
  .split("\n")
  .filter((line) => /^##+ /.test(line))
  .map((line) =>
    line
      .replace(/^##+ /, "")
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );

let graph: ResourceGraph;
let alarms: readonly ResourceNode[];

beforeAll(async () => {
  graph = await stackGraph("dev", connected);
  alarms = await alarmsOf("dev");
});

const alarmsOf = async (stack: "dev" | "prod"): Promise<readonly ResourceNode[]> => {
  const { resources } = await stackGraph(stack, stack === "dev" ? connected : {});
  return resources.filter(({ type }) => type === metricAlarm || type === compositeAlarm);
};

const runbookOf = ({ inputs }: ResourceNode): string =>
  /\nRunbook: docs\/operations\.md#(.+)$/.exec(String(inputs["alarmDescription"]))?.[1] ?? "none";

describe("every alarm of the stack", () => {
  it("says what it means, and links to a section of the runbooks that there is", () => {
    expect(alarms.length).toBeGreaterThan(60);
    for (const alarm of alarms) {
      expect(anchors, alarm.name).toContain(runbookOf(alarm));
      expect(String(alarm.inputs["alarmDescription"]).length).toBeLessThan(1_024);
    }
  });

  it("is what some section of the runbooks is for, and each section of an alarm is used by one", () => {
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
    const general = [
      ...[
        "operations",
        "the-first-five-minutes",
        "commands",
        "following-one-order",
        "what-goes-wrong-and-how-soon-you-are-told",
      ],
      "after-a-restore-from-a-point-in-time",
    ];
    const ofQueues = anchors.slice(
      anchors.indexOf("dead-letters-by-queue") + 1,
      anchors.indexOf("orders-open-too-long"),
    );
    const used = new Set(alarms.map(runbookOf));
    expect(anchors.filter((anchor) => !used.has(anchor) && ![...general, ...ofQueues].includes(anchor))).toEqual([]);
  });

  it("tells the alarm topic when it goes off and when it is over, and says what missing data means", () => {
    const topic = resource(graph, "aws:sns/topic:Topic", "orders-alarms").outputs["arn"];
    for (const { type, inputs } of alarms) {
      expect(inputs).toMatchObject({ alarmActions: [topic], okActions: [topic] });
      if (type === metricAlarm) expect(inputs["treatMissingData"]).toBe("notBreaching");
    }
  });

  it.each(["dev", "prod"] as const)(
    "of %s is caused for real by tests/pipeline/operated.test.ts, or has a reason why not",
    async (stack) => {
      const declared = (await alarmsOf(stack)).map(({ name }) => logicalName(name));
      const told = [...alarmCauses.flatMap((each) => each.alarms), ...Object.keys(notCausedHere)];
      expect(declared.filter((name) => !told.includes(name))).toEqual([]);
    },
  );

  it("that has such a reason is declared", async () => {
    const declared = (await alarmsOf("prod")).map(({ name }) => name);
    expect(declared).toEqual(expect.arrayContaining(Object.keys(notCausedHere)));
  });

  it("of dead letters has a section for its queue", () => {
    const text = readFileSync(join(__dirname, "../../docs/operations.md"), "utf8");
    const queues = alarms.filter((alarm) => runbookOf(alarm) === "dead-letters-by-queue");
    for (const { name } of queues) {
      const queue = name
        .replace(/-not-empty$/, "")
        .replace(/^(orders-partner-).+-dlq$/, "$1NAME-dlq")
        .replace(/^(orders-webhook-).+-dlq$/, "$1HASH-dlq");
      expect(
        text.split("\n").some((line) => line.startsWith("### ") && line.includes(queue)),
        queue,
      ).toBe(true);
    }
  });
});

describe("the API's alarms", () => {
  it("watch how many requests fail, what share of them, and how long the slowest take", () => {
    const dimensions = { ApiId: resource(graph, "aws:apigatewayv2/api:Api", "orders-api").id };
    const alarm = (name: string) => resource(graph, metricAlarm, name).inputs;
    expect(alarm("orders-api-fails")).toMatchObject({ metricName: "5xx", dimensions, threshold: 5, period: 300 });
    expect(alarm("orders-api-slow")).toMatchObject({
      metricName: "Latency",
      dimensions,
      extendedStatistic: "p99",
      threshold: 2_000,
      evaluationPeriods: 3,
    });
    const metric = (metricName: string) => ({
      namespace: "AWS/ApiGateway",
      metricName,
      dimensions,
      period: 300,
      stat: "Sum",
    });
    expect(alarm("orders-api-fails-often")).toMatchObject({
      threshold: 5,
      metricQueries: [
        { id: "share", expression: "IF(all >= 20, 100 * some / all, 0)", returnData: true },
        { id: "some", metric: metric("5xx") },
        { id: "all", metric: metric("Count") },
      ],
    });
  });
});

describe("the alarm for orders that are not flowing", () => {
  it("is on while any of the alarms on the way of an order is", () => {
    const { alarmRule } = resource(graph, compositeAlarm, "orders-not-flowing").inputs;
    const nameOf = (name: string) => `ALARM("${resource(graph, metricAlarm, name).outputs["name"]}")`;
    expect(alarmRule).toBe(
      [
        "orders-api-fails-often",
        "orders-inbox-waits",
        "orders-relay-behind",
        "orders-relay-dlq-not-empty",
        "orders-placed-fails-to-deliver",
        "orders-fulfilment-waits",
        "orders-fulfilment-dlq-not-empty",
        "orders-open-too-long",
      ]
        .map(nameOf)
        .join(" OR "),
    );
  });
});
