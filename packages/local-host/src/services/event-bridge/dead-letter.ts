import type { OutgoingMessage } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import { type DeliveryError, deliveryErrorFrom } from "./delivery-error";
import type { DeliveryTarget } from "./delivery-target";

export interface FailedDelivery {
  readonly event: string;
  readonly error: DeliveryError;
  /** Attempts made, the first included. */
  readonly attempts: number;
  /** Which limit of the retry policy ended it; undefined for an error that is not retried. */
  readonly exhausted: string | undefined;
}

/** Tries for a dead-letter queue that is throttled or unavailable; one that refuses gets no second. */
const ATTEMPTS = 3;

/** Puts an event that could not be delivered into the target's dead-letter queue; without one it is dropped, as on AWS. */
export const deadLetter = async (
  context: HostContext,
  target: DeliveryTarget,
  failed: FailedDelivery,
): Promise<void> => {
  const detail = { target: target.arn, error: failed.error.code, message: failed.error.message };
  const report = (level: "warn" | "error", what: string, more: Readonly<Record<string, unknown>>): void =>
    context.events.publish({ level, resource: target.key, what, detail: { ...detail, ...more } });
  const { deadLetters } = target;
  if (deadLetters === undefined) {
    report("error", "dropped", { reason: `${target.arn} has no dead-letter queue`, event: failed.event });
    return;
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      await context.calls.sendMessage(deadLetters.principal, deadLetters.arn, messageFor(target, failed));
      target.count("sent to dead letters");
      report("warn", "dead-lettered", { queue: deadLetters.arn });
      return;
    } catch (cause) {
      const error = deliveryErrorFrom(cause);
      if (error.retriable && attempt < ATTEMPTS) continue;
      target.count("not sent to dead letters");
      report("error", "dropped", {
        reason: `the dead-letter queue ${deadLetters.arn} did not take it: ${error.message}`,
        event: failed.event,
      });
      return;
    }
  }
};

const messageFor = (target: DeliveryTarget, failed: FailedDelivery): OutgoingMessage => {
  const attributes: Record<string, { dataType: string; stringValue: string }> = {};
  const add = (name: string, stringValue: string, dataType = "String"): void => {
    attributes[name] = { dataType, stringValue };
  };
  for (const [name, value] of Object.entries(target.originAttributes)) add(name, value);
  add("ERROR_CODE", failed.error.code);
  add("ERROR_MESSAGE", failed.error.message);
  add("RETRY_ATTEMPTS", String(failed.attempts - 1), "Number");
  if (failed.exhausted !== undefined) add("EXHAUSTED_RETRY_CONDITION", failed.exhausted);
  return { body: failed.event, attributes };
};
