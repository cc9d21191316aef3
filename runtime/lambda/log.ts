import { pino } from "pino";
import { workFields } from "./work-in-hand";

const nameMessageAndStack = ({ name, message, stack }: Error) => ({ name, message, stack });

/**
 * One JSON line per outcome, with the ids of what it is about; never personal data, payment methods, references or
 * tokens. The work in hand adds attempt, duration, cold start and trace. Lambda's log filtering needs a textual level and
 * an RFC 3339 timestamp. LOG_LEVEL: default info.
 */
export const log = pino(
  {
    level: process.env["LOG_LEVEL"] ?? "info",
    base: null,
    messageKey: "message",
    mixin: workFields,
    formatters: { level: (level) => ({ level }) },
    // An error's other properties may contain what was sent to a service.
    serializers: { err: (error: unknown) => (error instanceof Error ? nameMessageAndStack(error) : String(error)) },
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
  },
  // Writes synchronously to the pipe that Lambda reads, and opens nothing when a handler is only imported.
  process.stdout,
);
