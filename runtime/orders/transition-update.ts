import { isTerminal, type OrderChange, previousOf } from "./transitions";

export interface TransitionUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  /** Values of the expressions' placeholders, not yet in DynamoDB's notation: text, or a number. */
  readonly values: Readonly<Record<string, string | number>>;
}

/**
 * The conditional update that takes a stored order along an edge: for the table's adapter, and for the workflow's own
 * updateItem tasks, which pass JSON paths where a value is not known yet.
 *
 * @example transitionUpdate({ to: "PAID", payment_reference: "$.payment.payment_reference" }, "$$.Execution.StartTime")
 */
export const transitionUpdate = ({ to, ...known }: OrderChange, updatedAt: string): TransitionUpdate => {
  const set = { status: to, updated_at: updatedAt, ...known };
  const attributes = Object.keys(set);
  const from = previousOf(to);

  const assignments = ["#version = #version + :one", ...attributes.map((name) => `#${name} = :${name}`)];
  const removal = isTerminal(to) ? " REMOVE #open_shard" : "";
  return {
    UpdateExpression: `SET ${assignments.join(", ")}${removal}`,
    ConditionExpression: `#status IN (${from.map((status) => `:from_${status}`).join(", ")})`,
    ExpressionAttributeNames: Object.fromEntries(
      [...attributes, "version", ...(isTerminal(to) ? ["open_shard"] : [])].map((name) => [`#${name}`, name]),
    ),
    values: {
      ":one": 1,
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
      ...Object.fromEntries(from.map((status) => [`:from_${status}`, status])),
    },
  };
};
