import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { partnerEventAttributes } from "../domain/partner-event";
import type { OrderEventTopic } from "../ports/order-event-topic";

/** An SNS topic. What subscriptions may filter on goes along as message attributes. */
export const snsOrderEvents = (client: SNSClient, topicArn: string): OrderEventTopic => ({
  publish: async (event) => {
    const attributes = Object.entries(partnerEventAttributes(event));
    const publish = new PublishCommand({
      TopicArn: topicArn,
      Message: JSON.stringify(event),
      MessageAttributes: Object.fromEntries(
        attributes.map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
      ),
    });
    await client.send(publish);
  },
});
