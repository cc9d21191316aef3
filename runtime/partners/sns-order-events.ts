import { PublishBatchCommand, type PublishBatchRequestEntry, type SNSClient } from "@aws-sdk/client-sns";
import { backoff } from "../aws/backoff";
import { batchesOf } from "../aws/batches-of";
import { refusedOf, sendBatch } from "../aws/send-batch";
import { ServiceUnavailable } from "../values/service-unavailable";
import type { OrderEventTopic } from "./order-event-topic";
import { type PartnerEvent, partnerEventAttributes } from "./partner-event";

interface Waiting {
  readonly entry: PublishBatchRequestEntry;
  readonly accepted: () => void;
  readonly refused: (reason: unknown) => void;
}

/**
 * An SNS topic. What subscriptions may filter on goes along as message attributes. Events that are published in one turn
 * of the event loop, as those of one invocation are, go out together.
 */
export const snsOrderEvents = (client: SNSClient, topicArn: string, wait = backoff): OrderEventTopic => {
  let waiting: Waiting[] = [];

  const sendWaiting = (): void => {
    const batches = batchesOf(waiting, { sizeOf: ({ entry }) => sizeOf(entry) });
    waiting = [];
    for (const batch of batches) {
      send(batch).catch((reason: unknown) => {
        for (const { refused } of batch) refused(reason);
      });
    }
  };

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const entries = batch.map(({ entry }) => entry);
    const refusals = await sendBatch(entries, async (pending) => refusedOf(pending, await publish(pending)), wait);
    for (const { entry, accepted, refused } of batch) {
      const refusal = refusals.find((one) => one.entry === entry);
      if (refusal === undefined) accepted();
      else refused(new ServiceUnavailable(`The topic did not accept the event: ${refusal.reason}`));
    }
  };

  const publish = (entries: readonly PublishBatchRequestEntry[]) =>
    client.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: [...entries] }));

  return {
    publish: (event) =>
      new Promise((accepted, refused) => {
        if (waiting.length === 0) setImmediate(sendWaiting);
        waiting.push({ entry: { ...entryOf(event), Id: String(waiting.length) }, accepted, refused });
      }),
  };
};

const entryOf = (event: PartnerEvent): Omit<PublishBatchRequestEntry, "Id"> => ({
  Message: JSON.stringify(event),
  MessageAttributes: Object.fromEntries(
    Object.entries(partnerEventAttributes(event)).map(([name, value]) => [
      name,
      { DataType: "String", StringValue: value },
    ]),
  ),
});

/** As SNS counts: the message and its attributes, in bytes. */
const sizeOf = ({ Message = "", MessageAttributes = {} }: PublishBatchRequestEntry): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = "", StringValue = "" }]) => sum + Buffer.byteLength(name + DataType + StringValue),
    Buffer.byteLength(Message),
  );
