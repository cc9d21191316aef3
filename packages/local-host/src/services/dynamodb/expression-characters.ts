import { AwsError } from "../../kernel/endpoint/aws-service";

const expressions = [
  "ConditionExpression",
  "FilterExpression",
  "KeyConditionExpression",
  "ProjectionExpression",
  "UpdateExpression",
] as const;

/**
 * Refuses an expression with a character that no expression may have: names beyond ASCII are written with a placeholder.
 * The embedded engine ends at some of these instead of refusing them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
 *
 * @throws AwsError ValidationException
 */
export const assertExpressionCharacters = (input: Readonly<Record<string, unknown>>): void => {
  for (const name of expressions) {
    const expression = input[name];
    if (typeof expression !== "string") continue;
    const at = expression.search(/[^\t\n\r\x20-\x7e]/);
    if (at < 0) continue;
    const token = String.fromCodePoint(expression.codePointAt(at) ?? 0);
    throw new AwsError(
      "ValidationException",
      `Invalid ${name}: Syntax error; token: "${token}", near: "${expression.slice(Math.max(0, at - 10), at + 10)}"`,
    );
  }
};
