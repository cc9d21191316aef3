import type { MetricWidget } from "./dashboard-body";
import type { MetricQuery } from "./metric-queries";

/** One line of a graph, drawn or only used by an expression. */
export interface DashboardLine {
  readonly label: string;
  readonly query: MetricQuery;
  readonly periodSeconds: number;
  readonly visible: boolean;
  readonly right: boolean;
  readonly color?: string | undefined;
}

type Declared = NonNullable<MetricWidget["properties"]["metrics"]>[number];
type Options = Exclude<Declared[number], string>;

/** The lines of a metric widget, with the shorthand for what is as in the line above written out. */
export const dashboardLines = ({ properties }: MetricWidget): readonly DashboardLine[] => {
  const lines: DashboardLine[] = [];
  let above: readonly string[] = [];
  for (const [index, declared] of (properties.metrics ?? []).entries()) {
    const names = declared.filter((part) => typeof part === "string");
    const [options = {} satisfies Options] = declared.filter((part): part is Options => typeof part !== "string");
    const written = writtenOut(names, above);
    if (names.length > 0) above = written;
    lines.push(lineOf(written, options, index, properties));
  }
  return lines;
};

/** `.` is what stands at the same place above, `...` all that stands there up to what follows. */
const writtenOut = (names: readonly string[], above: readonly string[]): readonly string[] =>
  names.flatMap((name, index) => {
    if (name === "...") return above.slice(index, Math.max(index, above.length - (names.length - index - 1)));
    return name === "." ? [above[index] ?? "."] : [name];
  });

const lineOf = (
  names: readonly string[],
  options: Options,
  index: number,
  widget: MetricWidget["properties"],
): DashboardLine => {
  const { expression, label, stat = widget.stat, period = widget.period, yAxis, visible = true, color } = options;
  const id = options.id ?? `line${index}`;
  const common = { periodSeconds: period, visible, right: yAxis === "right", color };
  if (expression !== undefined) {
    return { ...common, label: label ?? expression, query: { id, expression, returnData: visible } };
  }
  const [namespace, name, ...dimensions] = names;
  if (namespace === undefined || name === undefined || dimensions.length % 2 === 1) {
    throw new Error(
      `line ${index + 1}, ${JSON.stringify(names)}, is no metric: a namespace and a metric, then names and values of dimensions in turn`,
    );
  }
  const metric = { namespace, name, dimensions: inPairs(dimensions), statistic: stat, periodSeconds: period };
  return { ...common, label: label ?? defaultLabel(name, dimensions), query: { id, metric, returnData: visible } };
};

const inPairs = (parts: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1] ?? ""]] : [])));

const defaultLabel = (metric: string, dimensions: readonly string[]): string =>
  [...dimensions.filter((_, index) => index % 2 === 1), metric].join(" ");
