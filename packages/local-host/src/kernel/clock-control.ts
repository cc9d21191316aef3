import * as z from "zod";
import type { Clock } from "./clock";
import { type ControlAnswer, localControl } from "./endpoint/local-control";

/** A month: more than anything that the host waits for. */
const longest = 31 * 24 * 60 * 60;

const change = z.strictObject({
  /** Seconds by which the clock is put forward. */
  advance: z.number().positive().max(longest),
});

/** Answers `GET /_local/clock`, what time it is on the host, and `POST /_local/clock`, which puts its clock forward. */
export const clockControl = (clock: Clock) => {
  const state = (): ControlAnswer => [200, { now: new Date(clock.now()).toISOString(), ahead: clock.ahead / 1_000 }];
  return localControl("/_local/clock", {
    GET: state,
    POST: (body) => {
      const parsed = change.safeParse(body);
      if (!parsed.success) return [400, { message: z.prettifyError(parsed.error) }];
      clock.advance(parsed.data.advance * 1_000);
      return state();
    },
  });
};
