import { outputOf } from "../../kernel/program/output-of";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import { type AlarmWidget, type BodyWidget, type MetricWidget, readDashboardBody } from "./dashboard-body";
import { type DashboardLine, dashboardLines } from "./dashboard-lines";
import { type PreparedQueries, prepareQueries } from "./metric-queries";
import type { MetricStore } from "./metric-store";
import { dashboardType } from "./resource-types";

/** Where a widget stands on the grid of 24 columns; without x and y at the next free place. */
export interface WidgetPlace {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly width: number;
  readonly height: number;
}

/** What a widget shows, its grammar resolved. */
export type WidgetContent =
  | { readonly kind: "text"; readonly markdown: string }
  | {
      readonly kind: "metric";
      readonly properties: MetricWidget["properties"];
      readonly lines: readonly DashboardLine[];
      readonly queries: PreparedQueries;
    }
  | { readonly kind: "alarm"; readonly properties: AlarmWidget["properties"] }
  /** CloudWatch draws it, this machine does not: what it is, and why. */
  | { readonly kind: "not drawn"; readonly title: string; readonly why: string };

export interface HostedWidget {
  readonly place: WidgetPlace;
  readonly content: WidgetContent;
}

export interface HostedDashboard {
  readonly name: string;
  readonly arn: string;
  /** As the program declares it. */
  readonly body: string;
  readonly widgets: readonly HostedWidget[];
}

/** Reads a dashboard. Throws for what PutDashboard would refuse; a widget that cannot be drawn here says so in its place. */
export const readDashboard = (node: ResourceNode, store: MetricStore): HostedDashboard => {
  const { dashboardName, dashboardBody } = dashboardType.read(node);
  return {
    name: dashboardName,
    arn: outputOf(node, "dashboardArn"),
    body: dashboardBody,
    widgets: readDashboardBody(dashboardBody).map((widget) => hostedWidget(widget, store)),
  };
};

const hostedWidget = (widget: BodyWidget, store: MetricStore): HostedWidget => {
  if ("other" in widget) {
    const { type, properties, ...place } = widget.other;
    const why = `A widget of type "${type}" is drawn by CloudWatch alone; the local host draws text, metric and alarm.`;
    return { place, content: { kind: "not drawn", title: properties.title ?? type, why } };
  }
  const { drawn } = widget;
  const { x, y, width, height } = drawn;
  return { place: { x, y, width, height }, content: contentOf(drawn, store) };
};

const contentOf = (widget: Extract<BodyWidget, { drawn: unknown }>["drawn"], store: MetricStore): WidgetContent => {
  switch (widget.type) {
    case "text":
      return { kind: "text", markdown: widget.properties.markdown };
    case "alarm":
      return { kind: "alarm", properties: widget.properties };
    case "metric":
      return metricContent(widget, store);
  }
};

const metricContent = (widget: MetricWidget, store: MetricStore): WidgetContent => {
  const { properties } = widget;
  const notDrawn = (why: string): WidgetContent => ({ kind: "not drawn", title: properties.title ?? "metric", why });
  if (properties.metrics === undefined) return notDrawn("The graph of an alarm is drawn by CloudWatch alone.");
  const lines = dashboardLines(widget);
  try {
    const queries = prepareQueries(
      store,
      lines.map(({ query }) => query),
    );
    for (const { query } of lines) queries.value(query.id);
    return { kind: "metric", properties, lines, queries };
  } catch (error) {
    return notDrawn(error instanceof Error ? error.message : String(error));
  }
};
