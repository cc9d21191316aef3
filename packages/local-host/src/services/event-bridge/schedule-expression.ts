import { Cron } from "croner";

/** Answers when a schedule fires next after a time; undefined when never again. */
export interface ScheduleExpression {
  next(after: Date, anchor: Date): Date | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)`, `cron(0 12 * * ? *)` and, where one-time schedules are possible, `at(2026-01-31T12:00:00)`.
 * A rate counts from the anchor, the time at which the schedule was first set up. Throws with the expression and the
 * form it should have.
 */
export const parseScheduleExpression = (expression: string, timezone = "UTC"): ScheduleExpression => {
  const [, kind, body = ""] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  switch (kind) {
    case "rate":
      return rate(expression, body);
    case "cron":
      return cron(expression, body, timezone);
    case "at":
      return at(expression, body, timezone);
    default:
      throw malformed(expression, "rate(5 minutes), cron(0 12 * * ? *) or at(2026-01-31T12:00:00)");
  }
};

const malformed = (expression: string, right: string): Error =>
  new Error(`schedule expression ${JSON.stringify(expression)} is not valid; it should be like ${right}`);

const rate = (expression: string, body: string): ScheduleExpression => {
  const [, count = "", unit = "", plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(body) ?? [];
  const period = Number(count) * (UNIT_MS[unit] ?? 0);
  if (period === 0 || (count === "1") !== (plural === ""))
    throw malformed(expression, "rate(1 minute), rate(5 minutes)");
  return {
    next: (after, anchor) => {
      const passed = Math.floor((after.getTime() - anchor.getTime()) / period);
      return new Date(anchor.getTime() + Math.max(passed + 1, 1) * period);
    },
  };
};

/** minutes hours day-of-month month day-of-week (1 or SUN to 7 or SAT) year */
const cron = (expression: string, body: string, timezone: string): ScheduleExpression => {
  const fields = body.trim().split(/\s+/);
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if (fields.length !== 6 || (dayOfMonth === "?") === (dayOfWeek === "?")) {
    throw malformed(expression, "cron(0 12 * * ? *): six fields, with ? in either day-of-month or day-of-week");
  }
  const pattern = `0 ${fields.map((field) => (field === "?" ? "*" : field)).join(" ")}`;
  try {
    const job = new Cron(pattern, {
      timezone,
      alternativeWeekdays: true,
      sloppyRanges: true,
      mode: "7-part",
      paused: true,
    });
    return { next: (after) => job.nextRun(after) ?? undefined };
  } catch (error) {
    throw malformed(expression, `cron(0 12 * * ? *): ${error instanceof Error ? error.message : String(error)}`);
  }
};

const at = (expression: string, body: string, timezone: string): ScheduleExpression => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(body)) throw malformed(expression, "at(2026-01-31T12:00:00)");
  const moment = new Cron(body, { timezone, paused: true }).nextRun(new Date(0));
  return { next: (after) => (moment !== null && moment > after ? moment : undefined) };
};
