import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { resource } from "../../support/stack-graph";
import { photoGraph, readerOf } from "./photo-graph";

let graph: ResourceGraph;
let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  graph = await photoGraph();
  declared = readerOf(graph);
});

describe("a dashboard", () => {
  it("shows the graphs that its components bring, three in a row", () => {
    const { dashboardBody, dashboardName } = resource(graph, "aws:cloudwatch/dashboard:Dashboard", "wall").inputs;
    const { widgets } = JSON.parse(String(dashboardBody)) as { widgets: object[] };
    expect(dashboardName).toMatch(/^wall/);
    expect(widgets).toMatchObject([
      { x: 0, y: 0, properties: { title: "photos", region: "eu-west-1", stat: "Maximum" } },
      { x: 8, y: 0, properties: { title: "album-api requests", stat: "Sum" } },
      { x: 16, y: 0, properties: { title: "album-api latency", stat: "p99" } },
      { x: 0, y: 6, properties: { title: "changes", stat: "Sum" } },
    ]);
    const ofRule = [
      "EventBusName",
      declared.nameOf("bus", "changes"),
      "RuleName",
      declared.nameOf("rule", "photo-added"),
    ];
    expect(widgets[3]).toMatchObject({
      properties: {
        metrics: [
          ["AWS/Events", "TriggeredRules", ...ofRule],
          ["AWS/Events", "FailedInvocations", ...ofRule],
        ],
      },
    });
    expect(JSON.stringify(widgets[0])).toContain(String(declared.nameOf("queue", "photos-dlq")));
  });
});
