import { AwsError } from "../../kernel/endpoint/aws-service";
import { parseJsonObject } from "../../kernel/endpoint/json-object";
import { matchesPattern } from "../event-bridge/event-pattern";
import type { MessageAttributes } from "../sqs/sqs-message";
import { assertFilterPolicy, filterPolicyOf } from "./filter-policy";

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

/**
 * https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
 *
 * @throws AwsError InvalidParameter for attributes that SNS would refuse
 */
export const assertSubscriptionAttributes = (attributes: Subscription["attributes"]): void => {
  assertFilterPolicy(attributes["FilterPolicy"], attributes["FilterPolicyScope"]);
  for (const name of ["RedrivePolicy", "DeliveryPolicy"]) {
    const text = attributes[name];
    if (text !== undefined && text !== "" && parseJsonObject(text) === undefined) {
      throw new AwsError("InvalidParameter", `Invalid parameter: ${name}: failed to parse JSON.`);
    }
  }
  const raw = attributes["RawMessageDelivery"];
  if (raw !== undefined && !/^(true|false)$/i.test(raw)) {
    throw new AwsError(
      "InvalidParameter",
      `Invalid parameter: RawMessageDelivery: Invalid value [${raw}]. Must be true or false.`,
    );
  }
};

/** Whether a subscription's filter policy lets a message through; without a policy everything passes. */
export const accepts = (subscription: Subscription, body: string, attributes: MessageAttributes): boolean => {
  const text = subscription.attributes["FilterPolicy"];
  if (text === undefined || text === "" || text === "{}") return true;
  if (subscription.attributes["FilterPolicyScope"] !== "MessageBody") {
    return matchesPattern(filterPolicyOf(text), attributeValues(attributes));
  }
  const content = jsonOr(body, undefined);
  return typeof content === "object" && content !== null && matchesPattern(filterPolicyOf(text), content);
};
