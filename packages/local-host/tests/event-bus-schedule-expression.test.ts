import { describe, expect, it } from "vitest";
import { parseScheduleExpression } from "../src/services/event-bridge/schedule-expression";

const ANCHOR = new Date("2026-01-01T00:00:00Z");
const next = (expression: string, after: string, timezone?: string): string | undefined =>
  parseScheduleExpression(expression, timezone).next(new Date(after), ANCHOR)?.toISOString();

describe("a schedule expression", () => {
  it.each([
    ["rate(5 minutes)", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00.000Z"],
    ["rate(5 minutes)", "2026-01-01T00:12:00Z", "2026-01-01T00:15:00.000Z"],
    ["rate(1 day)", "2026-02-01T10:00:00Z", "2026-02-02T00:00:00.000Z"],
    // EventBridge's documented examples
    ["cron(0 10 * * ? *)", "2026-01-01T12:00:00Z", "2026-01-02T10:00:00.000Z"],
    ["cron(15 12 * * ? *)", "2026-01-01T12:00:00Z", "2026-01-01T12:15:00.000Z"],
    ["cron(0 18 ? * MON-FRI *)", "2026-01-03T00:00:00Z", "2026-01-05T18:00:00.000Z"],
    ["cron(0 8 1 * ? *)", "2026-01-01T09:00:00Z", "2026-02-01T08:00:00.000Z"],
    ["cron(0/15 * * * ? *)", "2026-01-01T00:16:00Z", "2026-01-01T00:30:00.000Z"],
    ["cron(0/10 * ? * MON-FRI *)", "2026-01-03T00:00:00Z", "2026-01-05T00:00:00.000Z"],
    ["cron(0/5 8-17 ? * MON-FRI *)", "2026-01-02T17:58:00Z", "2026-01-05T08:00:00.000Z"],
    ["cron(0 0 ? * 1 *)", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00.000Z"],
    ["cron(0 9 ? * 2#1 *)", "2026-01-06T00:00:00Z", "2026-02-02T09:00:00.000Z"],
    ["cron(0 0 L * ? *)", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00.000Z"],
    ["cron(0 12 1 1 ? 2028)", "2026-01-01T00:00:00Z", "2028-01-01T12:00:00.000Z"],
    ["at(2026-03-01T12:00:00)", "2026-01-01T00:00:00Z", "2026-03-01T12:00:00.000Z"],
  ])("%s after %s is due at %s", (expression, after, due) => {
    expect(next(expression, after)).toBe(due);
  });

  it("is read in the time zone it has", () => {
    expect(next("cron(0 9 * * ? *)", "2026-07-01T00:00:00Z", "Europe/Berlin")).toBe("2026-07-01T07:00:00.000Z");
    expect(next("at(2026-01-01T09:00:00)", "2025-12-31T00:00:00Z", "America/New_York")).toBe(
      "2026-01-01T14:00:00.000Z",
    );
  });

  it("is never due again when its time is over", () => {
    expect(next("at(2026-01-01T00:00:00)", "2026-01-01T00:00:01Z")).toBeUndefined();
    expect(next("cron(0 12 1 1 ? 2026)", "2027-01-01T00:00:00Z")).toBeUndefined();
  });

  it.each([
    "rate(0 minutes)",
    "rate(2 minute)",
    "rate(5 seconds)",
    "cron(* * * * *)",
    "cron(0 0 1 * 1 *)",
    "every day",
  ])("%s is refused with the form it should have", (expression) => {
    expect(() => parseScheduleExpression(expression)).toThrow(`schedule expression "${expression}" is not valid`);
  });
});
