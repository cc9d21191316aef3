import * as z from "zod";

/** The answers that Lambda itself gives for a function that could not. */
export const failurePayload = (errorType: string, errorMessage: string): string =>
  JSON.stringify({ errorType, errorMessage });

export const responseTooLarge = failurePayload(
  "Function.ResponseSizeTooLarge",
  "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
);

const failure = z.object({ errorType: z.string(), errorMessage: z.string() }).partial().catch({});

export const errorTypeOf = (payload: string): string => failure.parse(JSON.parse(payload)).errorType ?? "Error";

/** The message alone; the stack is in the function's log. */
export const errorMessageOf = (payload: string): string => failure.parse(JSON.parse(payload)).errorMessage ?? payload;

const signals: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};

/** How a process ended, in the words of Lambda's supervisor. */
export const exitWords = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `exit status ${code}` : `signal: ${signals[signal] ?? signal.slice(3).toLowerCase()}`;
