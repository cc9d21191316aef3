import { CommandError } from "./command-error";
import type { Answer } from "./orders-client";

/** What the gateway does not explain when it refuses a token itself. */
const gatewayReasons: Readonly<Record<number, string>> = {
  401: "the token has expired or is not for this API; --token and ORDERS_TOKEN come before the local host's own",
  403: "the token lacks the scope for this",
};

/**
 * The body of an answer that went well. Throws CommandError otherwise: with what was asked for, such as `get <order_id>`, and
 * what the API said, field by field.
 */
export function answered({ status, body }: Answer, asked: string): Readonly<Record<string, unknown>> {
  if (status < 300) return body;
  const lines = [`${asked}: ${status} ${reasonOf(status, body)}`];
  if (Array.isArray(body["errors"])) {
    // As the API's OpenAPI document has it.
    for (const { pointer, detail } of body["errors"] as { readonly pointer: string; readonly detail: string }[]) {
      lines.push(`  ${pointer === "" ? "the whole body" : pointer}: ${detail}`);
    }
  }
  throw new CommandError(lines.join("\n"));
}

function reasonOf(status: number, { detail, title, message }: Answer["body"]): string {
  if (detail !== undefined || title !== undefined) return String(detail ?? title);
  return [message, gatewayReasons[status]].filter((it) => it !== undefined).join(": ");
}
