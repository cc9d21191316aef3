/** The value of each metric or expression at one time; undefined where it has no data. */
export type ValueOf = (id: string) => number | undefined;

export interface MetricExpression {
  /** Ids of the metrics and expressions that it is made of; all metrics for METRICS(). */
  readonly ids: readonly string[];
  readonly value: (lookUp: ValueOf) => number | undefined;
}

type Node = MetricExpression["value"];
type Values = readonly (number | undefined)[];

const known = (values: Values): readonly number[] => values.filter((value) => value !== undefined);

/** Functions of several series, which leave out the series without data. */
const aggregates: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

const scalars: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

const operators: readonly Readonly<Record<string, (left: number, right: number) => number>>[] = [
  {
    "||": (left, right) => Number(left !== 0 || right !== 0),
    "&&": (left, right) => Number(left !== 0 && right !== 0),
  },
  {
    ">=": (left, right) => Number(left >= right),
    "<=": (left, right) => Number(left <= right),
    "==": (left, right) => Number(left === right),
    "!=": (left, right) => Number(left !== right),
    ">": (left, right) => Number(left > right),
    "<": (left, right) => Number(left < right),
  },
  { "+": (left, right) => left + right, "-": (left, right) => left - right },
  { "*": (left, right) => left * right, "/": (left, right) => left / right },
  { "^": (left, right) => left ** right },
];

/**
 * Reads a metric math expression: arithmetic, comparisons, SUM, AVG, MIN, MAX, ABS, CEIL, FLOOR, IF and FILL on metric
 * ids. Throws for functions that look at more than one period at a time (RATE, DIFF, ANOMALY_DETECTION_BAND, ...).
 * @param metricIds the ids that METRICS() expands to
 */
export const parseMetricExpression = (source: string, metricIds: readonly string[]): MetricExpression => {
  const tokens = source.match(/\d+(?:\.\d+)?|[A-Za-z_]\w*|\|\||&&|[<>=!]=|\S/g) ?? [];
  const ids = new Set<string>();
  let at = 0;
  const fail = (expected: string): Error =>
    new Error(
      `metric expression ${JSON.stringify(source)} cannot be evaluated here: expected ${expected}, found ${tokens[at] ?? "its end"}`,
    );
  const take = (token: string): void => {
    if (tokens[at] !== token) throw fail(`"${token}"`);
    at += 1;
  };
  const id = (name: string): Node => {
    ids.add(name);
    return (lookUp) => lookUp(name);
  };

  const binary = (level: number): Node => {
    const functions = operators[level];
    if (functions === undefined) return unary();
    let left = binary(level + 1);
    for (;;) {
      const token = tokens[at] ?? "";
      const apply = Object.hasOwn(functions, token) ? functions[token] : undefined;
      if (apply === undefined) return left;
      at += 1;
      const [first, second] = [left, binary(level + 1)];
      left = (lookUp) => {
        const [one, other] = [first(lookUp), second(lookUp)];
        const result = one === undefined || other === undefined ? Number.NaN : apply(one, other);
        // A division by zero is not data point.
        return Number.isFinite(result) ? result : undefined;
      };
    }
  };

  const unary = (): Node => {
    const token = tokens[at];
    if (token === undefined) throw fail("a value");
    at += 1;
    if (token === "-") {
      const operand = unary();
      return (lookUp) => {
        const value = operand(lookUp);
        return value === undefined ? undefined : -value;
      };
    }
    if (token === "(") {
      const inner = binary(0);
      take(")");
      return inner;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (tokens[at] === "(") return call(token);
    if (/^[a-z]\w*$/.test(token)) return id(token);
    at -= 1;
    throw fail("a metric's id, a number or a function");
  };

  /** A function's series: `[m1, m2]`, `METRICS()`, or plain arguments. */
  const series = (): readonly Node[] => {
    if (tokens[at] === "METRICS") {
      at += 1;
      take("(");
      take(")");
      return metricIds.map(id);
    }
    const open = tokens[at] === "[";
    if (open) at += 1;
    const nodes = [binary(0)];
    while (tokens[at] === ",") {
      at += 1;
      nodes.push(binary(0));
    }
    if (open) take("]");
    return nodes;
  };

  const call = (name: string): Node => {
    take("(");
    const nodes = series();
    take(")");
    const [first, second, third] = nodes;
    const aggregate = Object.hasOwn(aggregates, name) ? aggregates[name] : undefined;
    if (aggregate !== undefined) {
      return (lookUp) => {
        const values = known(nodes.map((node) => node(lookUp)));
        return values.length === 0 ? undefined : aggregate(values);
      };
    }
    const scalar = Object.hasOwn(scalars, name) ? scalars[name] : undefined;
    if (scalar !== undefined && first !== undefined) {
      return (lookUp) => {
        const value = first(lookUp);
        return value === undefined ? undefined : scalar(value);
      };
    }
    if (name === "FILL" && first !== undefined && second !== undefined) {
      return (lookUp) => first(lookUp) ?? second(lookUp);
    }
    if (name === "IF" && first !== undefined && second !== undefined) {
      return (lookUp) => {
        const condition = first(lookUp);
        if (condition === undefined) return undefined;
        return condition !== 0 ? second(lookUp) : third?.(lookUp);
      };
    }
    throw new Error(
      `metric expression ${JSON.stringify(source)} uses ${name}, which is not hosted; possible are SUM, AVG, MIN, MAX, ABS, CEIL, FLOOR, FILL, IF`,
    );
  };

  const value = binary(0);
  if (at < tokens.length) throw fail("an operator");
  return { ids: [...ids], value };
};
