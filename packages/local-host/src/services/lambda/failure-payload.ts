/** The answers that Lambda itself gives for a function that could not. */
export const failurePayload = (errorType: string, errorMessage: string): string =>
  JSON.stringify({ errorType, errorMessage });

export const responseTooLarge = failurePayload(
  "Function.ResponseSizeTooLarge",
  "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
);

export const errorTypeOf = (payload: string): string => {
  const parsed: unknown = JSON.parse(payload);
  const type = typeof parsed === "object" && parsed !== null && "errorType" in parsed ? parsed.errorType : undefined;
  return typeof type === "string" ? type : "Error";
};

const signals: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};

/** How a process ended, in the words of Lambda's supervisor. */
export const exitWords = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === null ? `exit status ${code}` : `signal: ${signals[signal] ?? signal.slice(3).toLowerCase()}`;
