import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

/** One graph, brought by the component that it shows. */
export interface DashboardWidget {
  readonly title: string;
  /** Namespace, metric, dimensions. */
  readonly metrics: readonly (readonly [string, string, Readonly<Record<string, pulumi.Input<string>>>])[];
  readonly statistic: "Sum" | "Maximum" | "p50" | "p99";
}

export interface DashboardArgs {
  readonly widgets: readonly DashboardWidget[];
  readonly region: string;
}

/** CloudWatch's grid is 24 units wide: three graphs in a row. */
const width = 8;
const height = 6;

/** One CloudWatch dashboard for the stack, from the graphs that its components bring. */
export class Dashboard extends pulumi.ComponentResource {
  /** The page in the AWS console. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { widgets, region }: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Dashboard", name, {}, options);
    const body = widgets.map(({ title, metrics, statistic }, index) => ({
      type: "metric",
      x: (index * width) % 24,
      y: Math.floor((index * width) / 24) * height,
      width,
      height,
      properties: {
        title,
        region,
        view: "timeSeries",
        stat: statistic,
        period: 60,
        metrics: metrics.map(([namespace, metric, dimensions]) => [
          namespace,
          metric,
          ...Object.entries(dimensions).flat(),
        ]),
      },
    }));
    const dashboard = new cloudwatch.Dashboard(
      name,
      // Dashboards are the account's, whatever the region: two stacks of one name live in two regions.
      {
        dashboardName: `${name}-${pulumi.getStack()}-${region}`,
        dashboardBody: pulumi.jsonStringify({ widgets: body }),
      },
      { parent: this },
    );
    this.url = pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs({ url: this.url });
  }
}
