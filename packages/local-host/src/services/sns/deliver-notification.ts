import { AwsError } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import type { Queues } from "../sqs/queues";
import type { Deliveries } from "./delivery";
import { envelope, lambdaEvent, type Notification } from "./notification";
import type { Outbox } from "./outbox";
import { webDelivery } from "./web-delivery";

const raw = ({ subscription }: Notification): boolean => subscription.attributes["RawMessageDelivery"] === "true";

export interface DeliveryParts {
  readonly outbox: Outbox;
  /** Ends what is being retried. */
  readonly stopping: AbortSignal;
}

/** How each protocol is delivered. E-mail goes to the host's events and its outbox; `more` adds protocols or replaces them. */
export const deliveries = (
  context: HostContext,
  queues: Queues,
  { outbox, stopping }: DeliveryParts,
  more: Deliveries = {},
): Deliveries => ({
  sqs: async (notification, principal) => {
    const { subscription, groupId, deduplicationId } = notification;
    await queues.send(principal, subscription.endpoint, {
      body: raw(notification) ? notification.body : envelope(notification),
      attributes: raw(notification) ? notification.attributes : {},
      ...(groupId === undefined ? {} : { groupId }),
      ...(deduplicationId === undefined ? {} : { deduplicationId }),
    });
  },
  lambda: (notification, principal) =>
    context.calls.invokeFunctionAsync(principal, notification.subscription.endpoint, lambdaEvent(notification)),
  email: async ({ subscription, subject = "AWS Notification Message", body }) => {
    const { endpoint, topicArn } = subscription;
    const file = outbox.keep("e-mail", { to: endpoint, topicArn, subject, body, outcome: "kept here only" });
    const detail = { subject, body, topic: topicArn, file };
    context.events.publish({ level: "info", resource: endpoint, what: "e-mail", detail });
  },
  http: webDelivery(context, outbox, stopping),
  https: webDelivery(context, outbox, stopping),
  ...more,
});

/** Delivers, and when that fails puts the message into the subscription's dead-letter queue, or drops it, as SNS does. */
export const deliverNotification = async (
  context: HostContext,
  queues: Queues,
  by: Deliveries,
  notification: Notification,
): Promise<void> => {
  const { subscription } = notification;
  const principal: Principal = { kind: "service", service: "sns.amazonaws.com", sourceArn: subscription.topicArn };
  const metric = (name: string) =>
    context.calls.recordMetric(
      "AWS/SNS",
      name,
      { TopicName: subscription.topicArn.split(":").at(-1) ?? "" },
      1,
      "Count",
    );
  try {
    const deliver = by[subscription.protocol];
    if (deliver === undefined) {
      throw new AwsError("UnsupportedProtocol", `the local host does not deliver to ${subscription.protocol}`);
    }
    await deliver(notification, principal);
    metric("NumberOfNotificationsDelivered");
  } catch (error) {
    metric("NumberOfNotificationsFailed");
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const deadLetterArn = deadLetterQueueOf(subscription.attributes["RedrivePolicy"]);
    const kept =
      deadLetterArn !== undefined && (await sendToDeadLetters(queues, principal, deadLetterArn, notification));
    if (deadLetterArn !== undefined) {
      metric(kept ? "NumberOfNotificationsRedrivenToDlq" : "NumberOfNotificationsFailedToRedriveToDlq");
    }
    context.events.publish({
      level: kept ? "warn" : "error",
      resource: subscription.topicArn,
      what: kept ? "dead-lettered" : "dropped",
      detail: { endpoint: subscription.endpoint, messageId: notification.messageId, reason, deadLetterArn },
    });
  }
};

const deadLetterQueueOf = (redrivePolicy: string | undefined): string | undefined => {
  if (redrivePolicy === undefined || redrivePolicy === "") return undefined;
  const policy: Readonly<Record<string, unknown>> = JSON.parse(redrivePolicy);
  return typeof policy["deadLetterTargetArn"] === "string" ? policy["deadLetterTargetArn"] : undefined;
};

const sendToDeadLetters = async (
  queues: Queues,
  principal: Principal,
  queueArn: string,
  notification: Notification,
): Promise<boolean> => {
  try {
    await queues.send(principal, queueArn, {
      body: raw(notification) ? notification.body : envelope(notification),
      attributes: raw(notification) ? notification.attributes : {},
      ...(notification.groupId === undefined ? {} : { groupId: notification.groupId }),
      ...(notification.deduplicationId === undefined ? {} : { deduplicationId: notification.deduplicationId }),
    });
    return true;
  } catch {
    return false;
  }
};
