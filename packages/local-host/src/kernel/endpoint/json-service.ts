import {
  type ActionCall,
  type ActionOutput,
  type ActionService,
  AwsError,
  type AwsRequest,
  type AwsResponse,
} from "./aws-service";
import { isNestedDeeperThan, type JsonObject, parseJsonObject } from "./json-object";
import type { Principal } from "./principal";

/** Answers one action of a service that speaks JSON: takes the decoded input, gives the output. Rejects with AwsError. */
export type JsonAction = (input: JsonObject, principal: Principal) => unknown;

/** Levels of a request's JSON; far more than any input has, far less than what is recursive here can stand. */
const deepestInput = 256;

export const jsonInput = (body: Buffer): JsonObject => {
  if (body.length === 0) return {};
  const text = body.toString("utf8");
  const input = parseJsonObject(text);
  if (input === undefined) throw new AwsError("SerializationException", "The request's body is not a JSON object.");
  if (isNestedDeeperThan(deepestInput, text)) {
    throw new AwsError("SerializationException", `The request's body is nested deeper than ${deepestInput} levels.`);
  }
  return input;
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

/** Protocols that older SDKs speak to a service which here speaks JSON. */
const assertJson = (service: string, { action, headers }: AwsRequest): void => {
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded") !== true) return;
  throw new AwsError(
    "UnsupportedProtocol",
    `${action} came in the AWS query protocol (a form), which the local host's ${service} does not speak. It speaks AWS JSON 1.0 (application/x-amz-json-1.0 with X-Amz-Target): use an SDK or a CLI that does, as the current ones do; for SQS boto3 1.28.82, AWS CLI 2.13.33, AWS SDK for Java 2.21.19 or 1.12.585, or later.`,
  );
};

/** A service that is called in JSON over HTTP, and as it is in process. */
export const jsonApi = (
  service: Pick<ActionService, "service" | "targets" | "errorHeaders" | "call">,
): ActionService => ({
  ...service,
  handle: async (request) => {
    assertJson(service.service, request);
    const { principal, action, body } = request;
    return jsonAnswer(await service.call({ principal, action, input: jsonInput(body) }));
  },
});

/** Calls one of a service's actions, by their API names. An action without an output gives an empty one. */
export const callAction = async (
  service: string,
  actions: Readonly<Record<string, JsonAction>>,
  { principal, action, input }: ActionCall,
): Promise<ActionOutput> => {
  const perform = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (perform === undefined) throw unknownAction(service, action, Object.keys(actions));
  const output = await perform(input, principal);
  return typeof output === "object" && output !== null ? { ...output } : {};
};

/** A service of JSON actions, by their API names. */
export const jsonService = (
  service: string,
  targets: readonly string[],
  actions: Readonly<Record<string, JsonAction>>,
): ActionService => jsonApi({ service, targets, call: (call) => callAction(service, actions, call) });
