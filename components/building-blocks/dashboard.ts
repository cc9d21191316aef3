import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

/** What a graph shows: what customers experience, how work moves from step to step, dead letters, or costs. */
export type DashboardSection = "outcome" | "flow" | "dead letters" | "cost";

/** One line of a graph. */
export interface DrawnMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Maximum" | "p50" | "p99";
  /** Shown in the graph's legend. */
  readonly label: string;
  /** Drawn on the right axis, for a metric in another unit than the others. */
  readonly right?: boolean;
}

/** One graph, provided by the component that it shows. */
export interface DashboardWidget {
  readonly section: DashboardSection;
  /** Graphs of a section with the same title are drawn as one. */
  readonly title: string;
  readonly metrics: readonly DrawnMetric[];
}

/** A part of the program with graphs of its own. */
export interface HasWidgets {
  readonly widgets: readonly DashboardWidget[];
}

/** The graphs of one section, in the given sequence; those with the same title are merged. */
export const graphsOf = (section: DashboardSection, parts: readonly HasWidgets[]): readonly DashboardWidget[] => {
  const ofSection = parts.flatMap(({ widgets }) => widgets).filter((widget) => widget.section === section);
  // Map.groupBy is not in Node.js 20, on which `pulumi up` may run the program.
  const titles = [...new Set(ofSection.map(({ title }) => title))];
  return titles.map((title) => ({
    section,
    title,
    metrics: ofSection.filter((widget) => widget.title === title).flatMap(({ metrics }) => metrics),
  }));
};

/** Merges the flow graphs of some parts into one: a queue and its consumer are one step. Other graphs stay as they are. */
export const asOneStep = (title: string, parts: readonly HasWidgets[]): readonly DashboardWidget[] => {
  const widgets = parts.flatMap((part) => part.widgets);
  return widgets.map((widget) => (widget.section === "flow" ? { ...widget, title } : widget));
};

/** One thing on the dashboard: a graph, text in Markdown, or the states of alarms, by their ARNs. */
export type DashboardPart = {
  /** Of the 24 columns. */
  readonly width: number;
} & (
  | { readonly graph: DashboardWidget }
  | { readonly markdown: string }
  | {
      readonly title: string;
      /** 1 to 100. */
      readonly alarms: readonly pulumi.Input<string>[];
      /** Shows only those in one of these states. Default: all. */
      readonly states?: readonly ("ALARM" | "INSUFFICIENT_DATA" | "OK")[];
    }
);

/** Parts side by side, of the same height; those that do not fit wrap to the next row. */
export interface DashboardBand {
  /** Markdown above the parts, across the whole width. */
  readonly heading?: string;
  readonly height: number;
  readonly parts: readonly DashboardPart[];
}

export interface DashboardArgs {
  /** From top to bottom. */
  readonly bands: readonly DashboardBand[];
  readonly region: string;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const columns = 24;

/** A CloudWatch dashboard of the given parts, in their sequence. */
export class Dashboard extends pulumi.ComponentResource {
  /** The page in the AWS console. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { bands, region }: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Dashboard", name, {}, options);
    const widgets = placed(bands).map(({ part, place }) => ({ ...place, ...drawn(part, region) }));
    const dashboard = new cloudwatch.Dashboard(
      name,
      // Dashboards belong to the account, not to a region: stacks of the same name in two regions need two names.
      {
        dashboardName: `${name}-${pulumi.getStack()}-${region}`,
        dashboardBody: pulumi.jsonStringify({ widgets }),
      },
      { parent: this },
    );
    this.url = pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs({ url: this.url });
  }
}

/** The position of each part: from left to right, and in a new row when one is full. */
const placed = (
  bands: readonly DashboardBand[],
): readonly { readonly part: DashboardPart; readonly place: Place }[] => {
  let bottom = 0;
  return bands.flatMap(({ heading, height, parts }) => {
    const all: { part: DashboardPart; place: Place }[] = [];
    if (heading !== undefined) {
      all.push({ part: { markdown: heading, width: columns }, place: { x: 0, y: bottom, width: columns, height: 1 } });
      bottom += 1;
    }
    let x = 0;
    for (const part of parts) {
      if (x + part.width > columns) {
        x = 0;
        bottom += height;
      }
      all.push({ part, place: { x, y: bottom, width: part.width, height } });
      x += part.width;
    }
    bottom += height;
    return all;
  });
};

const drawn = (part: DashboardPart, region: string) => {
  if ("markdown" in part) return { type: "text", properties: { markdown: part.markdown } };
  if ("alarms" in part) {
    const { title, alarms, states } = part;
    return {
      type: "alarm",
      properties: { title, alarms, sortBy: "stateUpdatedTimestamp", ...(states === undefined ? {} : { states }) },
    };
  }
  const { title, metrics } = part.graph;
  return {
    type: "metric",
    properties: {
      title,
      region,
      view: "timeSeries",
      period: 60,
      metrics: metrics.map(({ namespace, metric, dimensions, statistic, label, right = false }) => [
        namespace,
        metric,
        ...Object.entries(dimensions).flat(),
        { stat: statistic, label, ...(right ? { yAxis: "right" } : {}) },
      ]),
    },
  };
};
