import { type MetricExpression, parseMetricExpression } from "./metric-expression";
import type { MetricIdentity, MetricStore } from "./metric-store";
import { isStatistic } from "./statistic-set";

/** One line of GetMetricData or of an alarm on metric math. */
export interface MetricQuery {
  readonly id: string;
  readonly label?: string | undefined;
  readonly returnData: boolean;
  readonly expression?: string | undefined;
  readonly metric?: (MetricIdentity & { readonly statistic: string; readonly periodSeconds: number }) | undefined;
}

/** The value of a query's data point for the period that begins at a time; undefined without data. */
export type QueryValue = (start: number, end: number) => number | undefined;

export interface PreparedQueries {
  readonly identities: readonly MetricIdentity[];
  value(id: string): QueryValue;
}

/** Resolves queries that refer to each other. Throws for a statistic or a function that is not hosted, and for a circle. */
export const prepareQueries = (store: MetricStore, queries: readonly MetricQuery[]): PreparedQueries => {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const metricIds = queries.filter(({ metric }) => metric !== undefined).map(({ id }) => id);
  const expressions = new Map<string, MetricExpression>();
  for (const { id, expression, metric } of queries) {
    if (metric !== undefined && !isStatistic(metric.statistic)) {
      throw new Error(
        `statistic ${metric.statistic} of ${id} is not hosted; possible are Sum, Average, Minimum, Maximum, SampleCount, p0 to p100`,
      );
    }
    if (expression !== undefined) expressions.set(id, parseMetricExpression(expression, metricIds));
  }
  const value = (id: string, within: readonly string[] = []): QueryValue => {
    const query = byId.get(id);
    if (query === undefined || within.includes(id)) {
      throw new Error(`metric id ${id} is ${query === undefined ? "not declared" : "made of itself"}`);
    }
    const { metric } = query;
    if (metric !== undefined) return (start, end) => store.statistic(metric, metric.statistic, start, end);
    const expression = expressions.get(id);
    if (expression === undefined) throw new Error(`metric id ${id} has neither a metric nor an expression`);
    const parts = new Map(expression.ids.map((part) => [part, value(part, [...within, id])]));
    return (start, end) => expression.value((part) => parts.get(part)?.(start, end));
  };
  return {
    identities: queries.flatMap(({ metric }) => (metric === undefined ? [] : [metric])),
    value: (id) => value(id),
  };
};
