const prefix = /^1 validation error detected: /;

/** What AWS says with that prefix: a value against the API's own model. */
const ofTheModel = "failed to satisfy constraint";

/**
 * The engine begins every validation error with the prefix that AWS has only where a value does not fit the API's model.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const awsMessage = (body: Buffer): Buffer | string => {
  const text = body.toString();
  if (!text.includes("1 validation error detected: ") || text.includes(ofTheModel)) return body;
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== "object" || answer === null || !("message" in answer)) return body;
  return JSON.stringify({ ...answer, message: String(answer.message).replace(prefix, "") });
};
