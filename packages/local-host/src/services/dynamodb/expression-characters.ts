import { AwsError } from "../../kernel/endpoint/aws-service";
import { expressionHolders } from "./expression-placeholders";
import { expressionNames, syntaxErrorOf } from "./expression-syntax";

/** Beyond ASCII, or at the beginning of a name. */
const refused = /[^\t\n\r\x20-\x7e]|(?<![#:\w])_/;

/**
 * Refuses an expression with a character that no expression may have: names beyond ASCII, and those that begin with an
 * underscore, are written with a placeholder. The embedded engine takes some of these, and ends at others.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
 *
 * @throws AwsError ValidationException
 */
export const assertExpressionCharacters = (input: Readonly<Record<string, unknown>>): void => {
  for (const holder of expressionHolders(input)) {
    for (const name of expressionNames) {
      const expression = holder[name];
      if (typeof expression !== "string" || !refused.test(expression)) continue;
      throw new AwsError("ValidationException", syntaxErrorOf(name, expression) ?? `Invalid ${name}: Syntax error;`);
    }
  }
};
