import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from "./aws-service";
import type { Principal } from "./principal";

/** Answers one action of a service that speaks JSON: takes the decoded input, gives the output. Rejects with AwsError. */
export type JsonAction = (
  input: Readonly<Record<string, unknown>>,
  principal: Principal,
  request: AwsRequest,
) => unknown;

export const jsonInput = (body: Buffer): Readonly<Record<string, unknown>> => {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString("utf8"));
    if (typeof input === "object" && input !== null && !Array.isArray(input))
      return Object.fromEntries(Object.entries(input));
  } catch {
    // Answered below, as any body that is not an object.
  }
  throw new AwsError("SerializationException", "The request's body is not a JSON object.");
};

export const jsonAnswer = (output: unknown): AwsResponse => ({
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(output ?? {}),
});

export const unknownAction = (service: string, action: string, known: readonly string[]): AwsError =>
  new AwsError(
    "UnknownOperationException",
    `The local host's ${service} does not know the action ${action}. It knows ${[...known].sort().join(", ")}.`,
  );

/** A service of JSON actions, by their API names. */
export const jsonService = (service: string, actions: Readonly<Record<string, JsonAction>>): AwsService => ({
  service,
  handle: async (request) => {
    const action = Object.hasOwn(actions, request.action) ? actions[request.action] : undefined;
    if (action === undefined) throw unknownAction(service, request.action, Object.keys(actions));
    return jsonAnswer(await action(jsonInput(request.body), request.principal, request));
  },
});
