import { describe, expect, it } from "vitest";
import type { DashboardNow, DashboardPicture } from "../src/console/dashboard-data";
import { dashboardNow, dashboardPicture } from "../src/console/dashboard-picture";
import { InvalidDashboard, readDashboardBody } from "../src/services/cloudwatch/dashboard-body";
import { dashboardLines } from "../src/services/cloudwatch/dashboard-lines";
import type { MetricsHost } from "../src/services/cloudwatch/metrics-host";
import { eventually } from "../testing/eventually";
import { ALARM, alarm, failure, MINUTE, START, start } from "./metrics-fixture";
import { callService, resource } from "./recorded-context";

const dashboard = (widgets: readonly unknown[] | string) =>
  resource(
    "aws:cloudwatch/dashboard:Dashboard",
    "kiln",
    { dashboardName: "kiln", dashboardBody: typeof widgets === "string" ? widgets : JSON.stringify({ widgets }) },
    { dashboardArn: "arn:aws:cloudwatch::000000000000:dashboard/kiln" },
  );

const metricWidget = (properties: Readonly<Record<string, unknown>>, place = {}) => ({
  type: "metric",
  ...place,
  properties: { region: "eu-west-1", ...properties },
});

const failures = ["Shop", "Failures", "Step", "pay"];

/** The page's picture of a dashboard, and what it is told at a time. */
const shown = async (widgets: readonly unknown[]) => {
  const { clock, context, host } = await start({ resources: [alarm({}), dashboard(widgets)] });
  const hosted = host.dashboards()[0];
  if (hosted === undefined) throw new Error("no dashboard");
  return {
    ...{ clock, context, host },
    picture: (): DashboardPicture => dashboardPicture(hosted, "test"),
    now: (minutes = 15): DashboardNow => dashboardNow(host, hosted, { now: clock.now, minutes }),
  };
};

const refusedWith = (widgets: readonly unknown[] | string): Promise<unknown> =>
  start({ resources: [dashboard(widgets)] }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : error),
  );

const messagesOf = (widgets: readonly unknown[]) => {
  try {
    return readDashboardBody(JSON.stringify({ widgets }));
  } catch (error) {
    return error instanceof InvalidDashboard ? error.messages : error;
  }
};

describe("a dashboard's widgets", () => {
  it("stand where the body says, and at the next free place where it says nothing", async () => {
    const { picture } = await shown([
      { type: "text", x: 12, y: 3, width: 12, height: 2, properties: { markdown: "# Kiln" } },
      { type: "text", properties: { markdown: "cold" } },
    ]);
    expect(picture().widgets).toEqual([
      { kind: "text", x: 12, y: 3, width: 12, height: 2, markdown: "# Kiln" },
      { kind: "text", x: undefined, y: undefined, width: 6, height: 6, markdown: "cold" },
    ]);
  });

  it("draw lines of metrics: each with its statistic, label, axis and colour", async () => {
    const { picture, now, host, clock } = await shown([
      metricWidget({
        title: "Failures",
        period: 60,
        yAxis: { left: { min: 0, label: "pieces" } },
        annotations: { horizontal: [{ label: "too many", value: 5, color: "#d62728" }] },
        metrics: [
          [...failures, { stat: "Sum", label: "all" }],
          [...failures, { stat: "Maximum", label: "most", yAxis: "right", color: "#1f77b4" }],
        ],
      }),
    ]);
    failure(host, 2);
    failure(host, 3);
    clock.now = START + MINUTE;
    failure(host, 4);
    expect(picture().widgets[0]).toMatchObject({
      kind: "graph",
      title: "Failures",
      left: { min: 0, label: "pieces" },
      lines: [
        { label: "all", right: false },
        { label: "most", right: true, color: "#1f77b4" },
      ],
      thresholds: [{ value: 5, label: "too many", color: "#d62728", right: false }],
    });
    const first = Math.floor(START / MINUTE) * MINUTE;
    expect(now().widgets[0]).toEqual({
      times: [first, first + MINUTE],
      values: [
        [5, 4],
        [3, 4],
      ],
    });
  });

  it("draw what is computed of other lines, which need not be visible themselves", async () => {
    const { picture, now, host } = await shown([
      metricWidget({
        period: 60,
        metrics: [
          [...failures, { id: "m1", stat: "Sum", visible: false }],
          [{ expression: "m1 * 100", label: "percent", id: "e1" }],
        ],
      }),
    ]);
    failure(host, 2);
    expect(picture().widgets[0]).toMatchObject({ lines: [{ label: "percent" }] });
    expect(now().widgets[0]).toMatchObject({ values: [[200]] });
  });

  it("show only as far back as they are asked, and a line without data as empty", async () => {
    const { now, host, clock } = await shown([
      metricWidget({ stat: "Sum", period: 60, metrics: [failures, ["Shop", "Nothing"]] }),
    ]);
    failure(host);
    expect(now().widgets[0]).toMatchObject({ values: [[1], []] });
    clock.now = START + 20 * MINUTE;
    expect(now(15).widgets[0]).toMatchObject({ values: [[], []] });
    expect(now(60).widgets[0]).toMatchObject({ values: [[1], []] });
  });

  it("show values in place of lines where the view is another, and say what CloudWatch draws", async () => {
    const { picture } = await shown([
      metricWidget({ title: "Now", view: "singleValue", metrics: [failures] }),
      metricWidget({ title: "Share", view: "pie", metrics: [failures] }),
    ]);
    const lines = [{ label: "pay Failures", right: false }];
    expect(picture().widgets).toMatchObject([
      { kind: "values", title: "Now", lines },
      { kind: "values", title: "Share", lines, drawnThere: "pie" },
    ]);
  });

  it("show alarms, those that changed last first, in the wanted states alone", async () => {
    const unknown = "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:elsewhere";
    const { now, host, clock } = await shown([
      { type: "alarm", properties: { title: "All", alarms: [unknown, ALARM], sortBy: "stateUpdatedTimestamp" } },
      { type: "alarm", properties: { title: "On", alarms: [unknown, ALARM], states: ["ALARM"] } },
    ]);
    expect(now().widgets[1]).toEqual({ alarms: [] });
    clock.now = START + 1_000;
    failure(host);
    const on = { name: "dead-letters", state: "ALARM", since: clock.now };
    await eventually(() => expect(now().widgets[1]).toEqual({ alarms: [on] }));
    expect(now().widgets).toEqual([
      { alarms: [on, { name: "elsewhere", state: undefined, since: undefined }] },
      { alarms: [on] },
    ]);
  });

  it.each([
    [
      { type: "log", properties: { title: "Errors", query: "SOURCE ..." } },
      "Errors",
      /type "log" is drawn by CloudWatch/,
    ],
    [{ type: "hologram" }, "hologram", /type "hologram" is drawn by CloudWatch/],
    [metricWidget({ metrics: [[...failures, { stat: "tm99" }]] }), "metric", /statistic tm99 .* is not hosted/],
    [metricWidget({ metrics: [[{ expression: "RATE(m1)" }], [...failures, { id: "m1" }]] }), "metric", /RATE/],
  ])("say in their place, and at the start, that they are not drawn here: %j", async (widget, title, why) => {
    const { picture, context } = await shown([widget]);
    expect(picture().widgets).toMatchObject([{ kind: "not drawn", title, why: expect.stringMatching(why) }]);
    expect(context.published).toMatchObject([
      { level: "warn", resource: "kiln", what: "widget not drawn", detail: { title } },
    ]);
  });
});

describe("the shorthand of metrics", () => {
  const names = (metrics: readonly unknown[]) => {
    const [widget] = readDashboardBody(JSON.stringify({ widgets: [metricWidget({ metrics })] }));
    if (widget === undefined || !("drawn" in widget) || widget.drawn.type !== "metric") throw new Error("no metric");
    return dashboardLines(widget.drawn).map(({ query: { metric } }) => [
      metric?.namespace,
      metric?.name,
      metric?.dimensions,
      metric?.statistic,
    ]);
  };

  it("repeats what stands above: . at its place, ... all up to what follows", () => {
    expect(
      names([["Shop", "Failures", "Step", "pay"], [".", "Tries", ".", "."], ["...", "send", { stat: "Sum" }], ["..."]]),
    ).toEqual([
      ["Shop", "Failures", { Step: "pay" }, "Average"],
      ["Shop", "Tries", { Step: "pay" }, "Average"],
      ["Shop", "Tries", { Step: "send" }, "Sum"],
      ["Shop", "Tries", { Step: "send" }, "Average"],
    ]);
  });
});

describe("a dashboard that PutDashboard would refuse", () => {
  it("stops the start, with its URN and every fault", async () => {
    const said = await refusedWith([
      { type: "text", properties: {} },
      metricWidget({ metrics: [[...failures, { color: "red" }]] }, { x: 24 }),
    ]);
    expect(said).toMatch(/aws:cloudwatch\/dashboard:Dashboard::kiln cannot be hosted: InvalidParameterInput: /);
    expect(said).toMatch(/\/widgets\/0\/properties\/markdown: .*\/widgets\/1\/x: /);
  });

  it("stops the start when it is no JSON", async () => {
    expect(await refusedWith("{widgets: []}")).toMatch(/DashboardBody must be a valid JSON object/);
  });

  it("stops the start when a line is no metric", async () => {
    expect(await refusedWith([metricWidget({ metrics: [["Shop", "Failures", "Step"]] })])).toMatch(/is no metric/);
  });

  it.each([
    ["a width of more than 24 columns", { type: "text", width: 25, properties: { markdown: "" } }, "/widgets/0/width"],
    ["no alarm", { type: "alarm", properties: { alarms: [] } }, "/widgets/0/properties/alarms"],
    [
      "more than 100 alarms",
      { type: "alarm", properties: { alarms: Array(101).fill(ALARM) } },
      "/widgets/0/properties/alarms",
    ],
    ["no metrics", metricWidget({}), "/widgets/0/properties/metrics"],
    ["a period of 45 seconds", metricWidget({ period: 45, metrics: [failures] }), "/widgets/0/properties/period"],
    ["no type", { properties: {} }, "/widgets/0/type"],
  ])("has %s", (_, widget, DataPath) => {
    expect(messagesOf([widget])).toEqual([{ DataPath, Message: expect.any(String) }]);
  });
});

describe("CloudWatch's API for dashboards", () => {
  const hosted = async (): Promise<MetricsHost> =>
    (await shown([{ type: "text", properties: { markdown: "hot" } }])).host;

  it("lists them, and gives the body as it was declared", async () => {
    const { service } = await hosted();
    const DashboardArn = "arn:aws:cloudwatch::000000000000:dashboard/kiln";
    const DashboardBody = '{"widgets":[{"type":"text","properties":{"markdown":"hot"}}]}';
    expect(await callService(service, "ListDashboards", {})).toEqual({
      DashboardEntries: [{ DashboardArn, DashboardName: "kiln", Size: DashboardBody.length }],
    });
    expect(await callService(service, "ListDashboards", { DashboardNamePrefix: "oven" })).toEqual({
      DashboardEntries: [],
    });
    expect(await callService(service, "GetDashboard", { DashboardName: "kiln" })).toEqual({
      ...{ DashboardArn, DashboardBody },
      DashboardName: "kiln",
    });
  });

  it("knows no other", async () => {
    const { service } = await hosted();
    await expect(callService(service, "GetDashboard", { DashboardName: "oven" })).rejects.toMatchObject({
      name: "ResourceNotFound",
      status: 404,
    });
  });
});
