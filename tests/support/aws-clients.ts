import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { HostProcess } from "../../demo/host-process";

/** What a developer's SDK sees of a running host. */
export class AwsClients {
  readonly tables: DynamoDBClient;
  readonly queues: SQSClient;
  private readonly metrics: CloudWatchClient;

  constructor(host: HostProcess) {
    const options = host.aws;
    this.tables = new DynamoDBClient(options);
    this.queues = new SQSClient(options);
    this.metrics = new CloudWatchClient(options);
  }

  /** Seconds for which a received message stays hidden, from now on. */
  async hideReceivedFor(queueUrl: string, seconds: number): Promise<void> {
    const Attributes = { VisibilityTimeout: String(seconds) };
    await this.queues.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
  }

  /** Messages that wait, and messages that someone works on. */
  async depth(queueUrl: string): Promise<{ readonly waiting: number; readonly inFlight: number }> {
    const attributes = await this.attributes(queueUrl);
    return {
      waiting: Number(attributes["ApproximateNumberOfMessages"]),
      inFlight: Number(attributes["ApproximateNumberOfMessagesNotVisible"]),
    };
  }

  async attributes(queueUrl: string): Promise<Readonly<Record<string, string>>> {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] });
    return (await this.queues.send(command)).Attributes ?? {};
  }

  async queueArn(queueUrl: string): Promise<string> {
    return String((await this.attributes(queueUrl))["QueueArn"]);
  }

  /** Up to ten messages, which stay in the queue and can be seen again at once. */
  async peek(queueUrl: string): Promise<readonly Message[]> {
    const receive = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 10,
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ["All"],
    });
    return (await this.queues.send(receive)).Messages ?? [];
  }

  /** The state of an alarm, by the program's name for it. */
  async alarmState(name: string): Promise<string | undefined> {
    const { MetricAlarms = [] } = await this.metrics.send(new DescribeAlarmsCommand({ AlarmNamePrefix: name }));
    return MetricAlarms[0]?.StateValue;
  }

  /** The states of the alarms that watch a queue, by the metric. */
  async alarmsOf(queueUrl: string): Promise<Readonly<Record<string, string>>> {
    const name = queueUrl.split("/").at(-1);
    const { MetricAlarms = [] } = await this.metrics.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
    const watching = MetricAlarms.filter(({ Dimensions = [] }) => Dimensions.some(({ Value }) => Value === name));
    return Object.fromEntries(watching.map(({ MetricName, StateValue }) => [String(MetricName), String(StateValue)]));
  }
}
