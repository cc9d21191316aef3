/**
 * What a program of a developer's own does with AWS SDK clients that are told nothing: everything they know comes from
 * the environment. Prints what it got as JSON.
 */
import { randomUUID } from "node:crypto";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ListTopicsCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { unmarshall } from "@aws-sdk/util-dynamodb";

const sqs = new SQSClient();
const sns = new SNSClient();

async function ownQueue(): Promise<{ readonly url: string; readonly arn: string }> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `partner-${randomUUID()}` }));
  const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
  const arn = String((await sqs.send(ask)).Attributes?.["QueueArn"]);
  const statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: arn,
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  return { url: String(QueueUrl), arn };
}

async function received(queueUrl: string): Promise<string | undefined> {
  const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 10 });
  const [message] = (await sqs.send(receive)).Messages ?? [];
  if (message === undefined) return undefined;
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
  return message.Body;
}

async function main(table: string, orderId: string, bus: string): Promise<void> {
  const get = new GetItemCommand({ TableName: table, Key: { order_id: { S: orderId } } });
  const item = unmarshall((await new DynamoDBClient().send(get)).Item ?? {});

  const queue = await ownQueue();
  await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "sent to the queue" }));
  const fromQueue = await received(queue.url);

  const { Topics = [] } = await sns.send(new ListTopicsCommand());
  const TopicArn = Topics[0]?.TopicArn;
  const Attributes = { RawMessageDelivery: "true" };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queue.arn, Attributes }));
  await sns.send(new PublishCommand({ TopicArn, Message: "published to the topic" }));
  const fromTopic = await received(queue.url);

  const { order_id, customer_id, items, created_at, updated_at, trace } = item;
  const detail = {
    event_id: `${orderId}:1`,
    schema_version: 1,
    occurred_at: created_at,
    order: { order_id, customer_id, items, created_at, updated_at, status: "PENDING", version: 1 },
    trace,
  };
  const entry = { EventBusName: bus, Source: "orders", DetailType: "OrderPlaced", Detail: JSON.stringify(detail) };
  const { FailedEntryCount } = await new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }));

  process.stdout.write(JSON.stringify({ status: item["status"], fromQueue, fromTopic, FailedEntryCount }));
}

const [table = "", orderId = "", bus = ""] = process.argv.slice(2);

main(table, orderId, bus).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
