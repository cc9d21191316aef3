import { afterEach, beforeEach, vi } from "vitest";

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
    /** Log lines, the counters' lines left out. */
    lines: (): unknown[] => lines.map((line) => JSON.parse(line)).filter((line) => !("_aws" in line)),
    counted: (counter: string): unknown[] =>
      lines
        .map((line) => JSON.parse(line))
        .flatMap((line) => ("_aws" in line && counter in line ? [line[counter]] : [])),
  };
};
