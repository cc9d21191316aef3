import type * as z from "zod";
import type { Secret } from "../aws/secret";
import { readJson } from "../values/json";
import { ServiceUnavailable } from "../values/service-unavailable";

export interface ServiceClientOptions {
  /** For error messages: "payment service". */
  readonly name: string;
  readonly baseUrl: string;
  /** Sent as a bearer token. */
  readonly key?: Secret | undefined;
  /** Milliseconds until a call times out. Default 5,000. */
  readonly timeout?: number;
}

export interface ServiceCall<Json> {
  /** Appended to the base URL: "/payments". */
  readonly path: string;
  /** The service acts once per key, however often it is called. */
  readonly idempotencyKey: string;
  readonly body: object;
  /** The answer of a service that accepts the call. */
  readonly answer: z.ZodType<Json>;
}

export type ServiceAnswer<Json> =
  | { readonly kind: "accepted"; readonly json: Json }
  /** The service has declined; a retry would not change that. */
  | { readonly kind: "refused"; readonly status: number };

/** Posts to the service. Rejects with ServiceUnavailable when a retry may work, with another error when it cannot. */
export type ServiceClient = <Json>(call: ServiceCall<Json>) => Promise<ServiceAnswer<Json>>;

const refusals: readonly number[] = [402, 422];

/** 409: an earlier call with the same key is still in progress; its outcome is not known yet. */
const transient: readonly number[] = [408, 409, 425, 429];

const keyRejections: readonly number[] = [401, 403];

export const serviceClient =
  ({ name, baseUrl, key, timeout = 5_000 }: ServiceClientOptions): ServiceClient =>
  async ({ path, idempotencyKey, body, answer }) => {
    const url = baseUrl.replace(/\/+$/, "") + path;
    const token = await key?.read();
    const { status, text } = await post(url, body, timeout, {
      "content-type": "application/json",
      "idempotency-key": idempotencyKey,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    }).catch((cause: unknown) => {
      throw new ServiceUnavailable(`${name} did not answer POST ${path} within ${timeout} ms: ${reasonOf(cause)}`, {
        cause,
      });
    });

    if (status >= 200 && status < 300) {
      const { data, error } = answer.safeParse(readJson(text));
      if (error === undefined) return { kind: "accepted", json: data };
      const wrong = error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
      throw new Error(`${name} answered POST ${path} with HTTP ${status} and an unexpected body: ${wrong.join("; ")}`);
    }
    if (refusals.includes(status)) return { kind: "refused", status };
    if (status >= 500 || transient.includes(status)) {
      throw new ServiceUnavailable(`${name} answered POST ${path} with HTTP ${status}`);
    }
    if (keyRejections.includes(status)) key?.forget();
    throw new Error(
      `${name} answered POST ${path} with HTTP ${status}, which no order can cause: check its URL and its API key`,
    );
  };

const post = async (url: string, body: object, timeout: number, headers: Record<string, string>) => {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    // A redirect would send the key elsewhere.
    redirect: "manual",
    signal: AbortSignal.timeout(timeout),
  });
  return { status: response.status, text: await textOf(response) };
};

/** An answer is a few hundred bytes. One without end would take the function's memory, and its reason with it. */
const maxAnswerBytes = 64 * 1024;

/** The first 64 KiB of the answer: what is cut off is not JSON any more, and refused as that. */
const textOf = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString();
};

/** Fetch says only "fetch failed"; what failed is its cause. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
};
