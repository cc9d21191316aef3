import { expressionHolders, syntaxErrorIn } from "./expression-placeholders";
import { expressionNames } from "./expression-syntax";

type Input = Readonly<Record<string, unknown>>;

const prefix = /^1 validation error detected: /;

/** What AWS says with that prefix everywhere: a value against the API's own model. */
const ofTheModel = /failed to satisfy constraint/;

/** Every form of the engine's message for an invalid expression. */
const ofSyntax =
  /^(Invalid (Update|Condition|Filter|Projection)Expression: (Syntax error|Expected)|Expected |Unexpected (token|operator) )/;

/** Errors of a request, not of an item, which the engine reports as a reason of a cancelled transaction. */
const ofTheRequest = /^(Invalid \w+Expression: |Value provided in ExpressionAttribute)/;

const validation = "com.amazon.coral.validate#ValidationException";

const isObject = (value: unknown): value is Input => typeof value === "object" && value !== null;

/**
 * The engine's error in AWS's words.
 *
 * The prefix "1 validation error detected: " is on every validation error of the engine's. AWS has it where a value does not
 * fit the API's model; on others in a few regions only (https://github.com/paritysuite/dynamodb-conformance, captures of
 * 2026: 6 of 33 regions have it), so that a program cannot count on it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const awsMessage = (body: Buffer, input: Input): Buffer | string => {
  const answer: unknown = JSON.parse(body.toString());
  if (!isObject(answer)) return body;
  const { __type: type, message, CancellationReasons: reasons } = answer;
  if (Array.isArray(reasons)) {
    const refused = reasons.find((reason) => ofTheRequest.test(String(isObject(reason) ? reason["Message"] : "")));
    return refused === undefined
      ? body
      : JSON.stringify({ __type: validation, message: inWords(refused.Message, input) });
  }
  if (typeof message !== "string") return body;
  const words = inWords(message, input);
  return words === message ? body : JSON.stringify({ ...answer, __type: type, message: words });
};

const inWords = (message: string, input: Input): string => {
  if (ofTheModel.test(message))
    return message.replace(/'requestItems\.(.+)\.member\.keys'/, "'RequestItems.$1.member.Keys'");
  const missing = /^missing field `(\w)(\w*)`/.exec(message);
  if (missing !== null) {
    const member = `${missing[1]?.toLowerCase()}${missing[2]}`;
    return `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`;
  }
  const bare = message.replace(prefix, "");
  const undefinedOne = /^An expression attribute .* is not defined; attribute \w+: (\S+)$/.exec(bare)?.[1];
  if (undefinedOne !== undefined) return `${invalid(input, undefinedOne)}${bare}`;
  return ofSyntax.test(bare) ? (syntaxErrorIn(input) ?? bare) : bare;
};

/** The engine leaves out which expression it is that uses a placeholder. */
const invalid = (input: Input, placeholder: string): string => {
  const uses = new RegExp(`${placeholder}(?!\\w)`);
  for (const holder of expressionHolders(input)) {
    const name = expressionNames.find((one) => uses.test(String(holder[one] ?? "")));
    if (name !== undefined) return `Invalid ${name}: `;
  }
  return "";
};
