import { PublishBatchCommand, type PublishBatchRequestEntry, type SNSClient } from "@aws-sdk/client-sns";
import { batchesOf } from "../aws/batches-of";
import { ServiceUnavailable } from "../values/service-unavailable";
import type { OrderEventTopic } from "./order-event-topic";
import { type PartnerEvent, partnerEventAttributes } from "./partner-event";

type Entry = Omit<PublishBatchRequestEntry, "Id">;

interface Waiting {
  readonly entry: Entry;
  readonly taken: () => void;
  readonly refused: (reason: unknown) => void;
}

/**
 * An SNS topic. What subscriptions may filter on goes along as message attributes. Events that are published in one turn
 * of the event loop, as those of one invocation are, go out together.
 */
export const snsOrderEvents = (client: SNSClient, topicArn: string): OrderEventTopic => {
  let waiting: Waiting[] = [];

  const sendWaiting = (): void => {
    const batches = batchesOf(waiting, ({ entry }) => sizeOf(entry));
    waiting = [];
    for (const batch of batches) {
      send(batch).catch((reason: unknown) => {
        for (const { refused } of batch) refused(reason);
      });
    }
  };

  /** The call succeeds for entries that it refused, so each answer is read. */
  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const entries = batch.map(({ entry }, index) => ({ ...entry, Id: String(index) }));
    const publish = new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries });
    const { Failed = [] } = await client.send(publish);
    batch.forEach(({ taken, refused }, index) => {
      const failure = Failed.find(({ Id }) => Id === String(index));
      if (failure === undefined) taken();
      else refused(new ServiceUnavailable(`The topic did not accept the event: ${failure.Code ?? "no reason given"}`));
    });
  };

  return {
    publish: (event) =>
      new Promise((taken, refused) => {
        if (waiting.length === 0) setImmediate(sendWaiting);
        waiting.push({ entry: entryOf(event), taken, refused });
      }),
  };
};

const entryOf = (event: PartnerEvent): Entry => ({
  Message: JSON.stringify(event),
  MessageAttributes: Object.fromEntries(
    Object.entries(partnerEventAttributes(event)).map(([name, value]) => [
      name,
      { DataType: "String", StringValue: value },
    ]),
  ),
});

/** As SNS counts: the message and its attributes, in bytes. */
const sizeOf = ({ Message = "", MessageAttributes = {} }: Entry): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = "", StringValue = "" }]) => sum + Buffer.byteLength(name + DataType + StringValue),
    Buffer.byteLength(Message),
  );
