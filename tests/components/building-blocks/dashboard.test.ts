import { beforeAll, describe, expect, it } from "vitest";
import { dashboardOf } from "../dashboard-of";
import { photoGraph, readerOf } from "./photo-graph";

let wall: ReturnType<typeof dashboardOf>;
let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  const graph = await photoGraph();
  wall = dashboardOf(graph, "wall");
  declared = readerOf(graph);
});

describe("a dashboard", () => {
  it("places its parts from left to right, and starts a new row when one is full", () => {
    expect(wall.name).toBe("wall-test-eu-west-1");
    expect(wall.widgets.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 16, 4],
      [16, 0, 8, 4],
      [0, 4, 24, 1],
      [0, 5, 13, 5],
      [0, 10, 13, 5],
      [0, 15, 24, 1],
      [0, 16, 12, 6],
      [12, 16, 12, 6],
    ]);
  });

  it("shows text, the states of alarms, and graphs", () => {
    const [text, alarms, heading, photos] = wall.widgets;
    expect(text).toMatchObject({ type: "text", properties: { markdown: "# Albums" } });
    expect(heading).toMatchObject({ type: "text", properties: { markdown: "## Steps" } });
    expect(alarms).toEqual({
      ...{ x: 16, y: 0, width: 8, height: 4 },
      type: "alarm",
      properties: {
        title: "Alarms that are on",
        alarms: [declared.arn("alarm", "changes-dlq-not-empty"), declared.arn("alarm", "photos-dlq-not-empty")],
        sortBy: "stateUpdatedTimestamp",
        states: ["ALARM"],
      },
    });
    const line = (metric: string) => ["AWS/SQS", metric, "QueueName", declared.nameOf("queue", "photos")];
    expect(photos).toEqual({
      ...{ x: 0, y: 5, width: 13, height: 5 },
      type: "metric",
      properties: {
        title: "photos",
        region: "eu-west-1",
        view: "timeSeries",
        period: 60,
        metrics: [
          [...line("ApproximateNumberOfMessagesVisible"), { stat: "Maximum", label: "waiting" }],
          [
            ...line("ApproximateAgeOfOldestMessage"),
            { stat: "Maximum", label: "age of the oldest, seconds", yAxis: "right" },
          ],
        ],
      },
    });
  });

  it("draws as one what parts bring under one title, and leaves out what is of another section", () => {
    const messages = wall.widgets.find(({ properties }) => properties.title === "Dead letters waiting");
    expect(messages?.properties.metrics).toEqual(
      ["photos-dlq", "photo-added-dlq", "changes-dlq"].map((name) => [
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "QueueName",
        declared.nameOf("queue", name),
        { stat: "Maximum", label: name },
      ]),
    );
    expect(wall.widgets.map(({ properties }) => properties.title)).not.toContain("Invocations");
  });

  it("shows each rule of a custom bus by the bus and the rule, as EventBridge publishes it", () => {
    const ofRule = [
      "EventBusName",
      declared.nameOf("bus", "changes"),
      "RuleName",
      declared.nameOf("rule", "photo-added"),
    ];
    const changes = wall.widgets.find(({ properties }) => properties.title === "changes");
    expect(changes?.properties.metrics).toEqual([
      ["AWS/Events", "TriggeredRules", ...ofRule, { stat: "Sum", label: "photo-added events" }],
      ["AWS/Events", "FailedInvocations", ...ofRule, { stat: "Sum", label: "photo-added not delivered" }],
    ]);
  });
});
