import { readJson } from "../runtime/values/json";
import { CommandError } from "./command-error";
import type { StackOutputs } from "./stack-outputs";

/** A back end's token from the stack's user pool, for its client id and secret. Throws CommandError when there is none. */
export async function clientToken(
  { token_endpoint, user_pool_client_id }: StackOutputs,
  secret: string | undefined,
): Promise<string> {
  if (token_endpoint === undefined || user_pool_client_id === undefined) {
    throw new CommandError(
      "A token is needed: give one with --token or ORDERS_TOKEN. The stack has no user pool to ask.",
    );
  }
  if (secret === undefined) {
    throw new CommandError(
      "A token is needed: give one with --token or ORDERS_TOKEN, or the back end's secret with ORDERS_CLIENT_SECRET.",
    );
  }
  const answer = await fetch(token_endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${Buffer.from(`${user_pool_client_id}:${secret}`).toString("base64")}`,
    },
    body: "grant_type=client_credentials",
  });
  const text = await answer.text();
  const token: unknown = Object(readJson(text)).access_token;
  if (answer.ok && typeof token === "string") return token;
  throw new CommandError(
    `${token_endpoint} gave no token for the client ${user_pool_client_id} and ORDERS_CLIENT_SECRET: ${answer.status} ${text}`,
  );
}
