import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { readJson } from "../../runtime/values/json";
import { CommandError } from "../command-error";
import type { Target } from "../target";

/** What is read of a CloudEvent: whose it is, and what happened. */
interface HeardEvent {
  readonly id: string;
  readonly subject: string;
  readonly type: string;
}

/** A queue that hears what partners are told, for as long as a test takes. */
export class PartnerQueue {
  private readonly sqs: SQS;
  private readonly sns: SNS;
  private readonly url: string;
  private readonly subscription: string;
  private readonly heard = new Map<string, HeardEvent>();

  private constructor(sqs: SQS, sns: SNS, url: string, subscription: string) {
    this.sqs = sqs;
    this.sns = sns;
    this.url = url;
    this.subscription = subscription;
  }

  /** Makes the queue and subscribes it. It forgets after an hour, should nobody remove it. */
  static async open({ aws, outputs }: Target, run: string): Promise<PartnerQueue> {
    const { order_events_topic_arn: topic } = outputs;
    if (topic === undefined) throw new CommandError("The stack has no output order_events_topic_arn: update it first.");
    const name = `order-pipeline-smoke-${run}`;
    const [, , , region, account] = topic.split(":");
    const queueArn = `arn:aws:sqs:${region}:${account}:${name}`;
    const statement = {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": topic } },
    };
    const sqs = new SQS(aws);
    const { QueueUrl = "" } = await sqs.createQueue({
      QueueName: name,
      Attributes: {
        MessageRetentionPeriod: "3600",
        Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      },
    });
    const sns = new SNS(aws);
    const { SubscriptionArn = "" } = await sns.subscribe({
      TopicArn: topic,
      Protocol: "sqs",
      Endpoint: queueArn,
      Attributes: { RawMessageDelivery: "true" },
      ReturnSubscriptionArn: true,
    });
    return new PartnerQueue(sqs, sns, QueueUrl, SubscriptionArn);
  }

  /** The types of the events about an order that have come so far, in the order in which they happened. */
  async typesOf(orderId: string): Promise<readonly string[]> {
    await this.receive();
    return [...this.heard.values()]
      .filter(({ subject }) => subject === orderId)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .map(({ type }) => type);
  }

  async remove(): Promise<void> {
    await this.sns.unsubscribe({ SubscriptionArn: this.subscription });
    await this.sqs.deleteQueue({ QueueUrl: this.url });
    this.sns.destroy();
    this.sqs.destroy();
  }

  /** A repeat of an event has the same id. */
  private async receive(): Promise<void> {
    const { Messages = [] } = await this.sqs.receiveMessage({ QueueUrl: this.url, MaxNumberOfMessages: 10 });
    for (const { Body = "", ReceiptHandle } of Messages) {
      const { id, subject, type, specversion } = Object(readJson(Body));
      if (specversion !== "1.0")
        throw new CommandError(`A partner received something that is not a CloudEvent: ${Body.slice(0, 200)}`);
      this.heard.set(String(id), { id: String(id), subject: String(subject), type: String(type) });
      await this.sqs.deleteMessage({ QueueUrl: this.url, ReceiptHandle });
    }
  }
}
