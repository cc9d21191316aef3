import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { OrderMetricName } from "../../runtime/orders/order-metrics";

/** What the frame says in every line of an invocation. */
export const invocationFields = { cold_start: expect.any(Boolean), duration_ms: expect.any(Number) };

/** The same for a message that is received for the first time. */
export const messageFields = { ...invocationFields, attempt: 1 };

const dimensionsOf = (line: Readonly<Record<string, unknown>>) => {
  const { CloudWatchMetrics } = Object(line["_aws"]);
  const names: readonly string[] = CloudWatchMetrics[0].Dimensions[0];
  return Object.fromEntries(names.filter((name) => name !== "Stack").map((name) => [name, line[name]]));
};

/** Everything the test's code writes to stdout, line by line; nothing of it reaches the terminal. */
export const captureLog = () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return {
    text: () => lines.join(""),
    /** Log lines, the metrics' lines left out. */
    lines: (): unknown[] => lines.map((line) => JSON.parse(line)).filter((line) => !("_aws" in line)),
    /** What was recorded of a metric, where it is divided by other dimensions than its stack only of one division. */
    counted: (metric: OrderMetricName, division: Readonly<Record<string, string>> = {}): unknown[] =>
      lines
        .map((line) => JSON.parse(line))
        .filter((line) => "_aws" in line && metric in line)
        .filter((line) => isDeepStrictEqual(dimensionsOf(line), division))
        .map((line) => line[metric]),
  };
};
