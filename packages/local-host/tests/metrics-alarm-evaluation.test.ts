import { describe, expect, it } from "vitest";
import {
  type AlarmRule,
  type AlarmState,
  evaluateAlarm,
  evaluationRange,
} from "../src/services/cloudwatch/alarm-evaluation";
import { parseMetricExpression } from "../src/services/cloudwatch/metric-expression";

/** Five data points as CloudWatch's manual writes them, oldest first: X breaches, 0 does not, - is missing. */
const stateFor = (
  points: string,
  datapointsToAlarm: number,
  treatMissingData: AlarmRule["treatMissingData"],
  present: AlarmState = "OK",
): AlarmState => {
  const rule: AlarmRule = {
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0.5,
    evaluationPeriods: 3,
    datapointsToAlarm,
    treatMissingData,
  };
  const values = points.split(" ").map((point) => (point === "X" ? 1 : point === "0" ? 0 : undefined));
  // The period under way comes first and has no data yet.
  const newestFirst = [undefined, ...values.reverse()].map((value, index) => ({ start: -index, value }));
  expect(newestFirst).toHaveLength(evaluationRange(rule));
  return evaluateAlarm(rule, newestFirst, present).state;
};

const INSUFFICIENT = "INSUFFICIENT_DATA";

describe("missing data, in the cases of CloudWatch's manual", () => {
  it.each([
    // points, missing, ignore (from OK), ignore (from ALARM), breaching, notBreaching
    ["0 - X - X", "OK", "OK", "OK", "OK", "OK"],
    ["0 - - - -", "OK", "OK", "OK", "OK", "OK"],
    ["- - - - -", INSUFFICIENT, "OK", "ALARM", "ALARM", "OK"],
    ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["- - X - -", "ALARM", "OK", "ALARM", "ALARM", "OK"],
  ] as const)("3 of 3 with %s", (points, missing, fromOk, fromAlarm, breaching, notBreaching) => {
    expect(stateFor(points, 3, "missing")).toBe(missing);
    expect(stateFor(points, 3, "ignore", "OK")).toBe(fromOk);
    expect(stateFor(points, 3, "ignore", "ALARM")).toBe(fromAlarm);
    expect(stateFor(points, 3, "breaching")).toBe(breaching);
    expect(stateFor(points, 3, "notBreaching")).toBe(notBreaching);
  });

  it.each([
    ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["0 - X - -", "OK", "OK", "ALARM", "OK"],
    ["- - - - 0", "OK", "OK", "ALARM", "OK"],
    ["- - - X -", "ALARM", "ALARM", "ALARM", "OK"],
  ] as const)("2 of 3 with %s", (points, missing, ignoreFromAlarm, breaching, notBreaching) => {
    expect(stateFor(points, 2, "missing")).toBe(missing);
    expect(stateFor(points, 2, "ignore", "ALARM")).toBe(ignoreFromAlarm);
    expect(stateFor(points, 2, "breaching")).toBe(breaching);
    expect(stateFor(points, 2, "notBreaching")).toBe(notBreaching);
  });
});

describe("metric math", () => {
  const evaluate = (source: string, values: Readonly<Record<string, number>> = {}) =>
    parseMetricExpression(source, ["a", "b"]).value((id) => values[id]);

  it("has the usual precedence, and functions", () => {
    expect(evaluate("1 + 2 * 3 ^ 2")).toBe(19);
    expect(evaluate("-(1 + 2) * 3")).toBe(-9);
    expect(evaluate("100 * a / (a + b)", { a: 1, b: 3 })).toBe(25);
    expect(evaluate("SUM(METRICS())", { a: 1, b: 3 })).toBe(4);
    expect(evaluate("MAX([a, b])", { a: 1, b: 3 })).toBe(3);
    expect(evaluate("IF(a > 1 || b >= 3, 7, 8)", { a: 1, b: 3 })).toBe(7);
    expect(evaluate("ABS(a) + CEIL(b) + FLOOR(b)", { a: -1, b: 2.5 })).toBe(6);
  });

  it("has no value where a metric has none, unless it is filled or left out of a sum", () => {
    expect(evaluate("a + b", { a: 1 })).toBeUndefined();
    expect(evaluate("FILL(b, 0) + a", { a: 1 })).toBe(1);
    expect(evaluate("SUM([a, b])", { a: 1 })).toBe(1);
    expect(evaluate("a / b", { a: 1, b: 0 })).toBeUndefined();
  });

  it("refuses what it cannot evaluate, by name", () => {
    expect(() => evaluate("RATE(a)")).toThrow("uses RATE, which is not hosted");
    expect(() => evaluate("a +")).toThrow("expected a value, found its end");
    expect(() => evaluate("a b")).toThrow("expected an operator, found b");
  });
});
