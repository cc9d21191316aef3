import type * as pulumi from "@pulumi/pulumi";
import { orderMetrics } from "../runtime/orders/order-metrics";
import { type DashboardBand, type DashboardWidget, graphsOf, type HasWidgets } from "./building-blocks/dashboard";
import { drawn, orderMetric } from "./order-metric";
import type { Platform } from "./platform";

export interface OrderDashboardArgs {
  readonly metrics: Platform["metrics"];
  /** URL of the page with the runbooks, or its path in the repository. */
  readonly runbooks: string;
  /** ARN of the alarm `not-flowing`. */
  readonly notFlowing: pulumi.Input<string>;
  /** ARNs of the alarms on one metric. */
  readonly alarms: readonly pulumi.Input<string>[];
  /** The parts of the pipeline, in the sequence in which an order passes them. */
  readonly parts: readonly HasWidgets[];
}

/** The most alarms that CloudWatch allows in one widget. */
const alarmsInOneWidget = 100;

/** The dashboard for whoever is on call: from left to right and from top to bottom it answers the questions they ask first. */
export const orderDashboard = (args: OrderDashboardArgs): readonly DashboardBand[] => {
  const { metrics, runbooks, notFlowing, alarms, parts } = args;
  const seen = [{ widgets: outcomes(metrics) }, ...parts];
  const graphs = (section: DashboardWidget["section"], width: number) =>
    graphsOf(section, seen).map((graph) => ({ width, graph }));
  return [
    {
      height: 6,
      parts: [
        { width: 12, markdown: introduction(runbooks) },
        { width: 4, title: "Orders are flowing", alarms: [notFlowing] },
        ...inGroups(alarms, alarmsInOneWidget).map((group) => ({
          width: 8,
          title: "Alarms that are on",
          alarms: group,
          states: ["ALARM" as const],
        })),
      ],
    },
    { heading: "## What customers feel", height: 6, parts: graphs("outcome", 6) },
    { heading: "## Step by step: what waits, for how long, and what fails", height: 6, parts: graphs("flow", 6) },
    { heading: "## Dead letters: each one has an alarm and a runbook", height: 7, parts: graphs("dead letters", 12) },
    { heading: "## What it costs", height: 6, parts: graphs("cost", 6) },
  ];
};

/** Graphs of the orders as a whole, which no single part can draw. */
const outcomes = (metrics: Platform["metrics"]): readonly DashboardWidget[] => {
  const stack = { metrics };
  const { Channel: channels } = orderMetrics.OrdersReceived.by;
  return [
    {
      section: "outcome",
      title: "Orders received",
      metrics: channels.map((Channel) =>
        drawn(orderMetric(stack, "OrdersReceived", { Channel }), "Sum", { label: `by ${Channel}` }),
      ),
    },
    {
      section: "outcome",
      title: "Orders ended",
      metrics: [
        drawn(orderMetric(stack, "OrdersShipped"), "Sum", { label: "shipped" }),
        drawn(orderMetric(stack, "OrdersRejected"), "Sum", { label: "rejected" }),
        drawn(orderMetric(stack, "OrdersCancelled"), "Sum", { label: "cancelled" }),
        drawn(orderMetric(stack, "OrdersProcessed"), "Sum", { label: "all" }),
      ],
    },
    {
      section: "outcome",
      title: "Seconds from placed to shipped",
      metrics: [
        drawn(orderMetric(stack, "TimeToShip"), "p50", { label: "p50" }),
        drawn(orderMetric(stack, "TimeToShip"), "p99", { label: "p99" }),
      ],
    },
    {
      section: "outcome",
      title: "Orders refused and replayed",
      metrics: channels.flatMap((Channel) => [
        drawn(orderMetric(stack, "RequestsRefused", { Channel }), "Sum", { label: `refused by ${Channel}` }),
        drawn(orderMetric(stack, "OrdersReplayed", { Channel }), "Sum", { label: `replayed by ${Channel}` }),
      ]),
    },
  ];
};

/** A URL becomes a link; a path in the repository, which the AWS console cannot open, stays text. */
const introduction = (runbooks: string): string => {
  const link = (title: string, anchor: string): string =>
    runbooks.startsWith("https://") ? `[${title}](${runbooks}#${anchor})` : `${title} (\`${runbooks}#${anchor}\`)`;
  return `# Orders
\`\`\`
API ────────────────┐
topic ─► inbox ─────┼─► table ─► relay ─► bus ─► fulfilment ─► workflow ─► shipped
files ─► inbox ─────┘                      └──► transform ─► partners, webhooks, e-mail
\`\`\`
Runbooks:
- ${link("The first five minutes", "the-first-five-minutes")}
- ${link("Orders are not flowing", "orders-are-not-flowing")}
- ${link("Dead letters by queue", "dead-letters-by-queue")}

\`orders dlq ls\` lists dead letters, \`orders get ORDER_ID\` shows the status of an order.`;
};

const inGroups = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
