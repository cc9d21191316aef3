import type { MessageAttributes } from "../sqs/sqs-message";
import type { Subscription } from "./subscription";

/** One message on its way from a topic to one subscription. */
export interface Notification {
  readonly subscription: Subscription;
  readonly messageId: string;
  readonly publishedAt: Date;
  readonly subject: string | undefined;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
}

const attributesOnWire = (attributes: MessageAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      { Type: dataType, Value: stringValue ?? binaryValue ?? "" },
    ]),
  );

const unsubscribeUrl = ({ subscription }: Notification): string =>
  `https://sns.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;

const certificateUrl = "https://sns.amazonaws.com/SimpleNotificationService-local.pem";

/** The JSON that queues and HTTP endpoints get unless the subscription delivers raw. It is not signed. */
export const envelope = (notification: Notification): string =>
  JSON.stringify({
    Type: "Notification",
    MessageId: notification.messageId,
    TopicArn: notification.subscription.topicArn,
    ...(notification.subject === undefined ? {} : { Subject: notification.subject }),
    Message: notification.body,
    Timestamp: notification.publishedAt.toISOString(),
    SignatureVersion: "1",
    Signature: "local",
    SigningCertURL: certificateUrl,
    UnsubscribeURL: unsubscribeUrl(notification),
    ...(Object.keys(notification.attributes).length === 0
      ? {}
      : { MessageAttributes: attributesOnWire(notification.attributes) }),
  });

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export const lambdaEvent = (notification: Notification) => ({
  Records: [
    {
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn: notification.subscription.arn,
      Sns: {
        Type: "Notification",
        MessageId: notification.messageId,
        TopicArn: notification.subscription.topicArn,
        Subject: notification.subject ?? null,
        Message: notification.body,
        Timestamp: notification.publishedAt.toISOString(),
        SignatureVersion: "1",
        Signature: "local",
        SigningCertUrl: certificateUrl,
        UnsubscribeUrl: unsubscribeUrl(notification),
        MessageAttributes: attributesOnWire(notification.attributes),
      },
    },
  ],
});
