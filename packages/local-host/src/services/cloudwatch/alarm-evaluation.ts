export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

const comparisons = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

export type ComparisonOperator = keyof typeof comparisons;
export const comparisonOperators = Object.keys(comparisons) as readonly ComparisonOperator[]; // the keys of a constant

export interface AlarmRule {
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
}

export interface DataPoint {
  /** Milliseconds since the epoch at which its period begins. */
  readonly start: number;
  /** Undefined when there is no data. */
  readonly value: number | undefined;
}

export interface Evaluation {
  readonly state: AlarmState;
  /** The data points it rests on, newest first. */
  readonly points: readonly DataPoint[];
}

/** Periods looked at beyond the evaluation periods: two that fill in for missing data, and the one under way. */
const EXTRA_PERIODS = 3;

/** How many data points an evaluation wants. */
export const evaluationRange = ({ evaluationPeriods }: AlarmRule): number => evaluationPeriods + EXTRA_PERIODS;

/**
 * Evaluates data points, newest first, `evaluationRange` of them. The first is the period under way: it can put a rule
 * that looks for too much into ALARM before it is over, and is left out otherwise, as AWS would not have seen it yet.
 */
export const evaluateAlarm = (rule: AlarmRule, points: readonly DataPoint[], present: AlarmState): Evaluation => {
  const [current, ...complete] = points;
  if (current !== undefined && rule.comparisonOperator.startsWith("Greater") && breaches(rule, current.value)) {
    const early = evaluate(rule, points.slice(0, -1), present);
    if (early.state === "ALARM") return early;
  }
  return evaluate(rule, complete, present);
};

const breaches = ({ comparisonOperator, threshold }: AlarmRule, value: number | undefined): boolean =>
  value !== undefined && comparisons[comparisonOperator](value, threshold);

const evaluate = (rule: AlarmRule, range: readonly DataPoint[], present: AlarmState): Evaluation => {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const real = range.filter(({ value }) => value !== undefined).slice(0, evaluationPeriods);
  const breaching = real.filter(({ value }) => breaches(rule, value)).length;
  const missing = evaluationPeriods - real.length;
  const decided = (state: AlarmState): Evaluation => ({ state, points: real });
  if (breaching >= datapointsToAlarm) return decided("ALARM");
  // What is missing could not make up for what is not breaching.
  if (breaching + missing < datapointsToAlarm) return decided("OK");
  switch (treatMissingData) {
    case "breaching":
      return decided("ALARM");
    case "notBreaching":
      return decided("OK");
    case "ignore":
      return decided(breaching < real.length ? "OK" : present);
    case "missing":
      if (real.length === 0) return decided("INSUFFICIENT_DATA");
      return decided(breachedLongAgo(rule, range) ? "ALARM" : "OK");
  }
};

/** All there is breaches, and the oldest of it is as old as the data points to alarm are many. */
const breachedLongAgo = (rule: AlarmRule, range: readonly DataPoint[]): boolean => {
  const oldest = range.findLastIndex(({ value }) => value !== undefined);
  return (
    oldest + 1 >= rule.datapointsToAlarm && range.every(({ value }) => value === undefined || breaches(rule, value))
  );
};
