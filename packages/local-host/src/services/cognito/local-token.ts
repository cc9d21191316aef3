import * as z from "zod";
import type { AwsResponse } from "../../kernel/endpoint/aws-service";
import type { UserPool } from "./user-pool";
import type { WebAnswer } from "./web-request";

const localTokenRequest = z.strictObject({
  /** Defaults to the only pool. */
  poolId: z.string().optional(),
  clientId: z.string().optional(),
  sub: z.string().optional(),
  scope: z.union([z.string(), z.array(z.string()).transform((scopes) => scopes.join(" "))]).optional(),
  claims: z.record(z.string(), z.unknown()).optional(),
  expiresIn: z.int().optional(),
});

const json = (status: number, body: unknown): AwsResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** The pool of an id, or the only one; throws RangeError naming those there are. */
export function poolFor(pools: readonly UserPool[], id: string | undefined): UserPool {
  const only = pools.length === 1 ? pools[0] : undefined;
  const pool = id === undefined ? only : pools.find((it) => it.declared.id === id);
  if (pool !== undefined) return pool;
  const problem = id === undefined ? "Name a user pool in poolId." : `There is no user pool ${id}.`;
  throw new RangeError(`${problem} Hosted: ${pools.map((it) => it.declared.id).join(", ") || "none"}.`);
}

/**
 * Answers POST /_local/token: a token of any pool, for anyone on this machine. As JSON only, which a web page of
 * another origin cannot send without asking first.
 */
export const answerLocalToken =
  (pools: readonly UserPool[]): WebAnswer =>
  async (request) => {
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
      return json(415, { message: "Send the request as application/json." });
    }
    try {
      const asked = localTokenRequest.parse(JSON.parse(request.body.toString("utf8")));
      const { token, expiresIn } = await poolFor(pools, asked.poolId).mintToken(asked);
      return json(200, { access_token: token, expires_in: expiresIn, token_type: "Bearer" });
    } catch (error) {
      if (error instanceof z.ZodError) return json(400, { message: z.prettifyError(error) });
      if (error instanceof RangeError || error instanceof SyntaxError) return json(400, { message: error.message });
      throw error;
    }
  };
