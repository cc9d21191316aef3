import { EventBridge } from "@aws-sdk/client-eventbridge";
import { KMS } from "@aws-sdk/client-kms";
import { readJson } from "../../runtime/values/json";
import type { Target } from "../target";
import type { DeadLetter, Outcome } from "./dead-letter";
import type { DeadLetterQueue } from "./dead-letter-queue";

/** An event as EventBridge writes it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
interface BusEvent {
  readonly source: string;
  readonly type: string;
  readonly detail: string;
  readonly time: Date;
}

/** The event that a bus had accepted and could not handle; undefined for any other message, such as a rule's. */
export function unhandledEvent({ body, attributes }: DeadLetter): BusEvent | undefined {
  if (attributes["RULE_ARN"] !== undefined || attributes["SCHEDULE_ARN"] !== undefined) return undefined;
  const { source, "detail-type": type, detail, time } = Object(readJson(body));
  if (typeof source !== "string" || typeof type !== "string" || !(detail instanceof Object)) return undefined;
  return { source, type, detail: JSON.stringify(detail), time: new Date(String(time)) };
}

/**
 * Puts events onto the stack's bus again, with the content that they had: a consumer knows one that it has had by its
 * `event_id`. A message is deleted when the bus has accepted its event.
 *
 * While the bus's key is out of use the bus accepts an event all the same and sends it back to the queue, so the key is
 * looked at first.
 */
export const putAgain = (target: Target) => {
  const bus = new EventBridge(target.aws);
  const name = target.outputs.event_bus_name;
  const put = new Set<string>();
  let refusal: Promise<string | undefined> | undefined;
  return async (
    queue: DeadLetterQueue,
    letter: DeadLetter,
    { source, type, detail, time }: BusEvent,
  ): Promise<Outcome> => {
    if (name === undefined)
      return { because: "the stack has no output event_bus_name: deploy it again with pulumi up" };
    refusal ??= keyRefusal(target, bus, name);
    const because = await refusal;
    if (because !== undefined) return { because };
    if (put.has(detail)) return { because: "it came back: the bus cannot use its key, see the key's policy" };
    put.add(detail);
    const { Entries: [answer] = [] } = await bus.putEvents({
      Entries: [{ EventBusName: name, Source: source, DetailType: type, Detail: detail, Time: time }],
    });
    if (answer?.EventId === undefined) {
      return {
        because: `the bus did not accept it: ${answer?.ErrorCode ?? "no answer"} ${answer?.ErrorMessage ?? ""}`.trim(),
      };
    }
    await queue.delete(letter);
    return "redriven";
  };
};

/** Whoever may not look at the key must know. */
const refusals = ["AccessDeniedException", "AccessDenied"];

async function keyRefusal({ aws }: Target, bus: EventBridge, name: string): Promise<string | undefined> {
  const { KmsKeyIdentifier: KeyId } = await bus.describeEventBus({ Name: name });
  if (KeyId === undefined) return undefined;
  const { KeyMetadata } = await new KMS(aws).describeKey({ KeyId }).catch((error: unknown) => {
    if (error instanceof Error && refusals.includes(error.name)) return { KeyMetadata: undefined };
    throw error;
  });
  if (KeyMetadata === undefined || KeyMetadata.KeyState === "Enabled") return undefined;
  const { KeyState, KeyId: id } = KeyMetadata;
  return `the key of the bus is ${KeyState}, so it would come back: aws kms enable-key --key-id ${id}, then redrive`;
}
