import type { PlainMetricName } from "../orders/order-metrics";

/** What is measured in each run, and watched by an alarm and the dashboard. */
export const openOrderMeasures = [
  "OpenOrdersBeyondLimit",
  "OldestOpenOrderAge",
  "OpenOrdersLeft",
] as const satisfies readonly PlainMetricName[];

export type OpenOrderMeasures = Readonly<Record<(typeof openOrderMeasures)[number], number>>;

export interface OpenOrderGauges {
  publish(measures: OpenOrderMeasures): Promise<void>;
}
