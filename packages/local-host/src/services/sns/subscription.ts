import { AwsError } from "../../kernel/endpoint/aws-service";
import { matchesPattern, parseEventPattern } from "../event-bridge/event-pattern";
import type { MessageAttributes } from "../sqs/sqs-message";

/** A topic's subscription. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  /** `sqs`, `lambda`, `email`, `https`, ... */
  readonly protocol: string;
  readonly endpoint: string;
  /** FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy, in the API's names. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Declared by the program, and so not kept on disk. */
  readonly declared: boolean;
}

/** What a filter policy on attributes is matched against. */
const attributeValues = (attributes: MessageAttributes): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { dataType, stringValue }]) => {
      if (stringValue === undefined) return [];
      if (dataType.startsWith("Number")) return [[name, Number(stringValue)]];
      return [[name, dataType === "String.Array" ? jsonOr(stringValue, stringValue) : stringValue]];
    }),
  );

const jsonOr = (text: string, otherwise: unknown): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
};

const policies = new Map<string, ReturnType<typeof parseEventPattern>>();

const policyOf = (text: string): ReturnType<typeof parseEventPattern> => {
  const policy = policies.get(text) ?? parseEventPattern(text);
  policies.set(text, policy);
  return policy;
};

/** @throws AwsError InvalidParameter for a filter policy that SNS would refuse */
export const assertFilterPolicy = (text: string | undefined): void => {
  if (text === undefined || text === "" || text === "{}") return;
  try {
    policyOf(text);
  } catch (error) {
    throw new AwsError(
      "InvalidParameter",
      `Invalid parameter: FilterPolicy: ${error instanceof Error ? error.message : ""}`,
    );
  }
};

/** Whether a subscription's filter policy lets a message through; without a policy everything passes. */
export const accepts = (subscription: Subscription, body: string, attributes: MessageAttributes): boolean => {
  const text = subscription.attributes["FilterPolicy"];
  if (text === undefined || text === "" || text === "{}") return true;
  if (subscription.attributes["FilterPolicyScope"] !== "MessageBody") {
    return matchesPattern(policyOf(text), attributeValues(attributes));
  }
  const content = jsonOr(body, undefined);
  return typeof content === "object" && content !== null && matchesPattern(policyOf(text), content);
};
