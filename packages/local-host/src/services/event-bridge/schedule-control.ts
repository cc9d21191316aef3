import * as z from "zod";
import type { Clock } from "../../kernel/clock";
import { localControl } from "../../kernel/endpoint/local-control";
import type { TimedSchedule } from "./schedule-timers";

const path = "/_local/schedules";

const firing = z.strictObject({
  /** Of a schedule or a scheduled rule: its ARN or its name. */
  schedule: z.string(),
});

const nameOf = ({ key }: TimedSchedule): string => key.split("/").at(-1) ?? key;

/**
 * Answers `GET /_local/schedules`: what is set to fire, and when. `POST /_local/schedules` fires one now, as if its time
 * had come; its own times stay as they are.
 */
export const scheduleControl = (clock: Clock, schedules: () => readonly TimedSchedule[]) =>
  localControl(path, {
    GET: () => [
      200,
      { schedules: schedules().map(({ key, expressionText }) => ({ arn: key, expression: expressionText })) },
    ],
    POST: (body) => {
      const parsed = firing.safeParse(body);
      if (!parsed.success) return [400, { message: z.prettifyError(parsed.error) }];
      const asked = parsed.data.schedule;
      const found = schedules().find((schedule) => schedule.key === asked || nameOf(schedule) === asked);
      if (found === undefined) {
        const known = schedules().map(nameOf).join(", ") || "none";
        return [404, { message: `There is no enabled schedule ${asked}. There are: ${known}.` }];
      }
      found.fire(new Date(clock.now()));
      return [200, { fired: found.key }];
    },
  });
