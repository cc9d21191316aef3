const codes = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/**
 * Why nobody could be reached, such as `connect ECONNREFUSED 127.0.0.1:3000`; undefined when the error is another one.
 * `fetch` hides it in the cause, and a name with several addresses has an error for each.
 */
export function whyUnreachable(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (codes.has(String(Reflect.get(error, "code"))) && error.message !== "") return error.message;
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.map(whyUnreachable).find((reason) => reason !== undefined);
}
