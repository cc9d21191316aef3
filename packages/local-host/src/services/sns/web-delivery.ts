import type { HostContext } from "../../kernel/host-context";
import type { Delivery } from "./delivery";
import { envelope, type Notification } from "./notification";
import type { Outbox } from "./outbox";
import { retryDelays } from "./retry-delays";

/** Milliseconds that SNS waits for an answer. */
const answerTimeout = 15_000;

const onThisMachine = (url: URL): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);

const headersOf = ({ subscription, messageId }: Notification, raw: boolean): Record<string, string> => ({
  "content-type": "text/plain; charset=UTF-8",
  "user-agent": "Amazon Simple Notification Service Agent",
  "x-amz-sns-message-type": "Notification",
  "x-amz-sns-message-id": messageId,
  "x-amz-sns-topic-arn": subscription.topicArn,
  "x-amz-sns-subscription-arn": subscription.arn,
  ...(raw ? { "x-amz-sns-rawdelivery": "true" } : {}),
});

/** SNS does not retry a client error, except 429; it retries any other failure. */
const postOnce = async (url: URL, init: RequestInit): Promise<"delivered" | { reason: string; final: boolean }> => {
  try {
    const { status, body } = await fetch(url, { ...init, signal: AbortSignal.timeout(answerTimeout) });
    await body?.cancel();
    if (status >= 200 && status < 300) return "delivered";
    return { reason: `HTTP ${status}`, final: status >= 400 && status < 500 && status !== 429 };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { reason: cause instanceof Error ? cause.message : String(cause), final: false };
  }
};

/**
 * Posts to endpoints on this machine, retried as the subscription's delivery policy says; any other endpoint only has the
 * post kept in the outbox, so that nothing leaves the machine. A subscription counts as confirmed: none is asked to be.
 * @param stopping ends the retries: what is not delivered by then has failed
 */
export const webDelivery =
  (context: HostContext, outbox: Outbox, stopping: AbortSignal): Delivery =>
  async (notification) => {
    const { subscription, subject } = notification;
    const url = new URL(subscription.endpoint);
    const raw = subscription.attributes["RawMessageDelivery"] === "true";
    const body = raw ? notification.body : envelope(notification);
    const finish = (outcome: string): void => {
      const letter = { to: subscription.endpoint, topicArn: subscription.topicArn, subject, body, outcome };
      const file = outbox.keep("webhook", letter);
      const level = outcome.startsWith("not delivered") ? "warn" : "info";
      context.events.publish({ level, resource: subscription.endpoint, what: "webhook", detail: { outcome, file } });
    };
    if (!onThisMachine(url)) return finish("kept here only: the address is not on this machine");

    const init = { method: "POST", headers: headersOf(notification, raw), body, redirect: "manual" } as const;
    const delays = retryDelays(subscription.attributes["DeliveryPolicy"]);
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await postOnce(url, init);
      if (outcome === "delivered") return finish("delivered");
      const delay = delays[attempt];
      if (outcome.final || delay === undefined || stopping.aborted) {
        finish(`not delivered in ${attempt + 1} tries: ${outcome.reason}`);
        throw new Error(outcome.reason);
      }
      await context.clock.pause(delay, stopping);
    }
  };
