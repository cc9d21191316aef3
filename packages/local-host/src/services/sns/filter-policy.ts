import { AwsError } from "../../kernel/endpoint/aws-service";
import { isJsonObject } from "../../kernel/endpoint/json-object";
import { type EventPattern, parseEventPattern } from "../event-bridge/event-pattern";

const mostKeys = 5;

/** Values of all keys, multiplied; those of a nested key count once for each level that it is deep. */
const mostCombinations = 150;

const policies = new Map<string, EventPattern>();

/** A policy's text as a pattern, read once. */
export const filterPolicyOf = (text: string): EventPattern => {
  const policy = policies.get(text) ?? parseEventPattern(text);
  policies.set(text, policy);
  return policy;
};

const refuse = (reason: string): AwsError => new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);

/** The alternatives of an $or add up, everything else multiplies. */
const combinationsOf = (policy: EventPattern, depth: number): number =>
  Object.entries(policy).reduce((product, [key, value]) => {
    if (isJsonObject(value)) return product * combinationsOf(value, depth + 1);
    if (!Array.isArray(value)) return product;
    const alternatives = key === "$or" ? value.filter(isJsonObject) : [];
    return alternatives.length === 0
      ? product * value.length * depth
      : product * alternatives.reduce((sum, each) => sum + combinationsOf(each, depth), 0);
  }, 1);

const isNested = (policy: EventPattern): boolean =>
  Object.entries(policy).some(
    ([key, value]) =>
      isJsonObject(value) || (key === "$or" && Array.isArray(value) && value.filter(isJsonObject).some(isNested)),
  );

/**
 * Refuses a filter policy that SNS would refuse. No policy, an empty one among them, lets everything pass.
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 *
 * @throws AwsError InvalidParameter
 */
export const assertFilterPolicy = (text: string | undefined, scope = "MessageAttributes"): void => {
  if (scope !== "MessageAttributes" && scope !== "MessageBody") {
    throw refuse(`FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`);
  }
  if (text === undefined || text === "" || text === "{}") return;
  let policy: EventPattern;
  try {
    policy = filterPolicyOf(text);
  } catch (error) {
    throw refuse(`FilterPolicy: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (Object.keys(policy).length > mostKeys) {
    throw refuse(`FilterPolicy: Filter policy can not have more than ${mostKeys} keys`);
  }
  if (scope === "MessageAttributes" && isNested(policy)) {
    throw refuse("Filter policy scope MessageAttributes does not support nested filter policy");
  }
  const combinations = combinationsOf(policy, 1);
  if (combinations > mostCombinations) {
    throw refuse(`FilterPolicy: Filter policy is too complex: ${combinations} of ${mostCombinations} combinations`);
  }
};
