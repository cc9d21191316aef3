import type { HttpRequest } from "../lambda/http-request";
import type { Caller } from "../orders/caller";
import { customerIdSchema } from "../orders/customer-id";
import { Problem } from "./problem";

/** Who calls, by the claims of the token that the API's authorizer has verified. */
export const callerFrom = ({ claims = {} }: HttpRequest): Caller => {
  const { data } = customerIdSchema.safeParse(claims["customer_id"] ?? claims["sub"]);
  if (data === undefined) {
    throw new Problem("unauthorized", "The token must name a customer in its claim customer_id, or else in sub.");
  }
  return { customer_id: data, actsForOthers: scopesOf(claims).includes("orders/admin") };
};

/**
 * The token's own scopes, in either claim that the authorizer reads. A list claim reaches a function as text in square
 * brackets.
 */
const scopesOf = (claims: Readonly<Record<string, unknown>>): readonly string[] =>
  [claims["scope"], claims["scp"]].flatMap((claim) => String(claim ?? "").match(/[^\s,[\]]+/g) ?? []);
