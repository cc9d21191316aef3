import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

/** What a graph is for: how those outside fare, how work gets from step to step, what was put aside, what it costs. */
export type DashboardSection = "outcome" | "flow" | "dead letters" | "cost";

/** One line of a graph. */
export interface DrawnMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Maximum" | "p50" | "p99";
  /** Said of the line in the graph's legend. */
  readonly label: string;
  /** On the axis of the right: for another unit than the others have. */
  readonly right?: boolean;
}

/** One graph, brought by the component that it shows. */
export interface DashboardWidget {
  readonly section: DashboardSection;
  /** Graphs of a section with the same title are drawn as one. */
  readonly title: string;
  readonly metrics: readonly DrawnMetric[];
}

/** What has graphs. */
export interface Shown {
  readonly widgets: readonly DashboardWidget[];
}

/** The graphs of one section in the given sequence, those with the same title as one. */
export const graphsOf = (section: DashboardSection, parts: readonly Shown[]): readonly DashboardWidget[] => {
  const ofSection = parts.flatMap(({ widgets }) => widgets).filter((widget) => widget.section === section);
  // Without Map.groupBy, which Node.js 20 lacks: a plain `pulumi up` runs the program on whatever is on the PATH.
  return [...new Set(ofSection.map(({ title }) => title))].map((title) => ({
    section,
    title,
    metrics: ofSection.filter((widget) => widget.title === title).flatMap(({ metrics }) => metrics),
  }));
};

/** What some parts bring for the flow, drawn as one graph: a queue and its consumer are one step. The rest stays as it is. */
export const asOneStep = (title: string, parts: readonly Shown[]): readonly DashboardWidget[] => {
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

/** Parts beside each other, of one height; those that find no place go on below. */
export interface DashboardBand {
  /** In Markdown, above them over the whole width. */
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

/** One CloudWatch dashboard, from the parts that it is given in their sequence. */
export class Dashboard extends pulumi.ComponentResource {
  /** The page in the AWS console. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { bands, region }: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Dashboard", name, {}, options);
    const widgets = placed(bands).map(({ part, place }) => ({ ...place, ...drawn(part, region) }));
    const dashboard = new cloudwatch.Dashboard(
      name,
      // Dashboards are the account's, whatever the region: two stacks of one name live in two regions.
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

/** Where each part stands: from left to right, and below each other when a row is full. */
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
