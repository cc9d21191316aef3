import { AwsError } from "../../kernel/endpoint/aws-service";
import { isJsonObject } from "../../kernel/endpoint/json-object";
import { expressionNames, syntaxErrorOf } from "./expression-syntax";

type Input = Readonly<Record<string, unknown>>;

const objectsIn = (value: unknown): readonly Input[] =>
  (Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []).filter(isJsonObject);

/** Whatever of a request has expressions: itself, each action of a transaction, each table of a batch. */
export const expressionHolders = (input: Input): readonly Input[] => [
  input,
  ...objectsIn(input["TransactItems"]).flatMap(objectsIn),
  ...objectsIn(input["RequestItems"]),
];

/** DynamoDB's error message for the first invalid expression of a request. */
export const syntaxErrorIn = (input: Input): string | undefined => {
  for (const holder of expressionHolders(input)) {
    for (const name of expressionNames) {
      const expression = holder[name];
      if (typeof expression !== "string" || expression === "") continue;
      const error = syntaxErrorOf(name, expression);
      if (error !== undefined) return error;
    }
  }
  return undefined;
};

const placeholders = { ExpressionAttributeNames: /#\w+/g, ExpressionAttributeValues: /:\w+/g } as const;

/**
 * Refuses a placeholder that no expression uses. DynamoDB does so before it looks at the item; the embedded engine looks at
 * the item first for a deletion and a condition check, and answers that the condition failed.
 * The text is AWS's as https://github.com/paritysuite/dynamodb-conformance has recorded it.
 *
 * @throws AwsError ValidationException
 */
export const assertPlaceholdersUsed = (input: Input): void => {
  for (const holder of expressionHolders(input)) {
    const texts = expressionNames.flatMap((name) => (typeof holder[name] === "string" ? [holder[name]] : []));
    if (texts.length === 0) continue;
    for (const [parameter, pattern] of Object.entries(placeholders)) {
      const given = isJsonObject(holder[parameter]) ? Object.keys(holder[parameter]) : [];
      const used = new Set(texts.flatMap((text) => text.match(pattern) ?? []));
      const unused = given.filter((placeholder) => !used.has(placeholder));
      // What is wrong with the expression itself, or not defined in it, comes first; the engine finds that.
      if (unused.length === 0 || [...used].some((one) => !given.includes(one)) || syntaxErrorIn(input) !== undefined) {
        continue;
      }
      throw new AwsError(
        "ValidationException",
        `Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`,
      );
    }
  }
};
