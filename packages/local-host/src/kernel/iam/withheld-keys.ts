import type { Principal } from "../endpoint/principal";

interface Withheld {
  readonly service: string;
  readonly action: string;
  readonly key: string;
}

/**
 * Condition keys that a service does not give although others do, as AWS documents it: a policy that asks for one refuses
 * the service, on AWS as here.
 */
const withheld: readonly Withheld[] = [
  // "If the output has a SourceAccount field, then you need to remove it. A SourceAccount setting prevents EventBridge from
  // being able to invoke the function."
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
  { service: "events.amazonaws.com", action: "lambda:InvokeFunction", key: "aws:SourceAccount" },
];

export const isWithheld = (principal: Principal, action: string, key: string): boolean =>
  principal.kind === "service" &&
  withheld.some((each) => each.service === principal.service && each.action === action && each.key === key);
