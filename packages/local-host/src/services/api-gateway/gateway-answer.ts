/** What the API sends back to its client. */
export interface GatewayAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: string | Buffer;
  /** Set on the answer to a preflight request, whose CORS headers are complete. */
  readonly isPreflight?: true;
  /** Set when API Gateway itself refused or failed. */
  readonly error?: { readonly message: string; readonly responseType: string };
}

const refusals = {
  unauthorized: { status: 401, message: "Unauthorized", responseType: "UNAUTHORIZED" },
  forbidden: { status: 403, message: "Forbidden", responseType: "ACCESS_DENIED" },
  notFound: { status: 404, message: "Not Found", responseType: "RESOURCE_NOT_FOUND" },
  tooLarge: { status: 413, message: "Request Entity Too Large", responseType: "REQUEST_TOO_LARGE" },
  throttled: { status: 429, message: "Too Many Requests", responseType: "THROTTLED" },
  failed: { status: 500, message: "Internal Server Error", responseType: "INTEGRATION_FAILURE" },
  unavailable: { status: 503, message: "Service Unavailable", responseType: "INTEGRATION_TIMEOUT" },
} as const;

export function refusal(kind: keyof typeof refusals, headers: Readonly<Record<string, string>> = {}): GatewayAnswer {
  const { status, message, responseType } = refusals[kind];
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ message }),
    error: { message, responseType },
  };
}
