import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ListStateMachinesCommand, SFNClient, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { OrdersClient } from "../../cli/orders-client";
import { HostProcess } from "../../demo/host-process";
import { OrderHistory } from "../../demo/order-history";
import { OutsideServices } from "../support/outside-services";
import { Permissions } from "./permissions";

const developer = {
  region: "eu-central-1",
  disableHostPrefix: true,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};

/** A host with everything switched on that may need a permission, and what a developer has to work with it. */
export class RunningSystem {
  readonly host: HostProcess;
  readonly outside: OutsideServices;
  readonly orders: OrdersClient;
  readonly history: OrderHistory;
  readonly permissions: Permissions;
  readonly workflows: SFNClient;
  readonly tables: DynamoDBClient;
  private readonly queues: SQSClient;
  private readonly topics: SNSClient;
  private readonly alarms: CloudWatchClient;
  private readonly queueUrls: readonly string[];

  private constructor(host: HostProcess, outside: OutsideServices, queueUrls: readonly string[]) {
    const endpoint = host.awsEndpoint;
    const options = { endpoint, ...developer };
    this.host = host;
    this.queueUrls = queueUrls;
    this.outside = outside;
    this.orders = new OrdersClient(host.api, host.token);
    this.history = new OrderHistory(endpoint, host.output("orders_table"));
    this.permissions = new Permissions(endpoint);
    this.workflows = new SFNClient(options);
    this.queues = new SQSClient(options);
    this.topics = new SNSClient(options);
    this.tables = new DynamoDBClient(options);
    this.alarms = new CloudWatchClient(options);
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<RunningSystem> {
    const outside = await OutsideServices.start();
    const folder = mkdtempSync(join(tmpdir(), "order-pipeline-permissions-"));
    const host = await HostProcess.start({
      folder,
      settings: {
        ...outside.settings,
        partners: '[{"name":"acme"}]',
        // By a schedule that goes off when a scenario says so.
        publishSchedule: '{"expression":"rate(7 days)","orders":2}',
        ...settings,
      },
    });
    const options = { endpoint: host.awsEndpoint, ...developer };
    const { QueueUrls = [] } = await new SQSClient(options).send(new ListQueuesCommand({ MaxResults: 1000 }));
    const system = new RunningSystem(host, outside, QueueUrls);
    await system.history.open();
    return system;
  }

  async end(): Promise<void> {
    await this.host.end("SIGINT");
    await this.outside.stop();
    rmSync(this.host.folder, { recursive: true, force: true });
  }

  /** A queue's URL by the program's name for it. */
  queueUrl(name: string): string {
    const found = this.queueUrls.find((url) => new RegExp(`/${name}-[0-9a-f]{7}$`).test(url));
    if (found === undefined) throw new Error(`There is no queue ${name}: ${this.queueUrls.join(", ")}.`);
    return found;
  }

  /** Works as long as a queue's policy lets nobody in; the policy is put back in any case. */
  async withoutPolicy(name: string, work: () => Promise<void>): Promise<void> {
    const QueueUrl = this.queueUrl(name);
    const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] });
    const Policy = (await this.queues.send(ask)).Attributes?.["Policy"] ?? "";
    const put = (policy: string) =>
      this.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy } }));
    await put("");
    try {
      await work();
    } finally {
      await put(Policy);
    }
  }

  async emptyQueue(name: string): Promise<void> {
    await this.queues.send(new PurgeQueueCommand({ QueueUrl: this.queueUrl(name) }));
  }

  /** Takes one message that holds the text off a queue; rejects when none comes in time. */
  async messageWith(name: string, text: string, patience: number): Promise<void> {
    await this.within(patience, `no message with ${text} in ${name}`, () => this.hasMessage(name, text));
  }

  async hasMessage(name: string, text: string): Promise<boolean> {
    const QueueUrl = this.queueUrl(name);
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    const { Messages = [] } = await this.queues.send(receive);
    return Messages.some(({ Body = "" }) => Body.includes(text));
  }

  async publish(topicArn: string, message: unknown): Promise<void> {
    await this.topics.send(new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(message) }));
  }

  /** Writes an item to the table that is not an order. */
  async putNoOrder(id: string): Promise<void> {
    const Item = { order_id: { S: id }, status: { S: "NONE" } };
    await this.tables.send(new PutItemCommand({ TableName: this.host.output("orders_table"), Item }));
  }

  /** Sets an alarm off, by the program's name for it, or puts it into a state. */
  async setAlarm(name: string, reason: string, state?: "OK"): Promise<void> {
    const { AlarmName } = await this.alarmNamed(name);
    for (const StateValue of state === undefined ? (["OK", "ALARM"] as const) : [state]) {
      await this.alarms.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: reason }));
    }
  }

  async alarmState(name: string): Promise<string | undefined> {
    return (await this.alarmNamed(name)).StateValue;
  }

  /** Has a schedule go off now, by the program's name for it. */
  async fireSchedule(name: string): Promise<void> {
    const url = `${this.host.awsEndpoint}/_local/schedules`;
    const { schedules } = z
      .object({ schedules: z.array(z.object({ arn: z.string() })) })
      .parse(await (await fetch(url)).json());
    const schedule = schedules.find(({ arn }) => new RegExp(`/${name}-[0-9a-f]{7}$`).test(arn))?.arn;
    if (schedule === undefined) throw new Error(`There is no schedule ${name}.`);
    const body = JSON.stringify({ schedule });
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    if (!answer.ok) throw new Error(`The schedule ${name} did not go off: ${await answer.text()}`);
  }

  /** Calls a function as `aws lambda invoke` does, by its physical name; says whether it failed. */
  async invoke(functionName: string, payload: unknown): Promise<{ readonly failed: boolean; readonly text: string }> {
    const url = `${this.host.awsEndpoint}/2015-03-31/functions/${functionName}/invocations`;
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(payload) });
    return { failed: answer.headers.get("x-amz-function-error") !== null, text: await answer.text() };
  }

  /** Lines of a log group since a moment. */
  async logLines(logGroupName: string, startTime: number): Promise<readonly string[]> {
    const answer = await fetch(this.host.awsEndpoint, {
      method: "POST",
      headers: { "x-amz-target": "Logs_20140328.FilterLogEvents", "content-type": "application/x-amz-json-1.1" },
      body: JSON.stringify({ logGroupName, startTime }),
    });
    // Of the host's own CloudWatch Logs.
    const { events = [] } = (await answer.json()) as { events?: { message: string }[] };
    return events.map(({ message }) => message);
  }

  /** The functions, by the program's names. */
  async functions(): Promise<readonly string[]> {
    return (await this.declaredFunctions()).map(({ FunctionName }) => FunctionName.replace(/-[0-9a-f]{7}$/, ""));
  }

  async functionNamed(name: string): Promise<string> {
    return (await this.functionOf(name)).FunctionName;
  }

  async logGroupOf(name: string): Promise<string> {
    return (await this.functionOf(name)).LoggingConfig.LogGroup;
  }

  async stateMachineNamed(name: string): Promise<string> {
    const { stateMachines = [] } = await this.workflows.send(new ListStateMachinesCommand());
    const found = stateMachines.find((machine) => machine.name?.replace(/-[0-9a-f]{7}$/, "") === name);
    if (found?.stateMachineArn === undefined) throw new Error(`There is no state machine ${name}.`);
    return found.stateMachineArn;
  }

  /** Runs an execution whose outcome does not matter. */
  async runWorkflow(name: string): Promise<void> {
    const stateMachineArn = await this.stateMachineNamed(name);
    await this.workflows.send(new StartSyncExecutionCommand({ stateMachineArn, input: "{}" }));
  }

  async hasOrders(customer: string): Promise<boolean> {
    const { body } = await this.orders.list({ customer_id: customer, limit: "1" });
    return JSON.stringify(body).includes(customer);
  }

  /** Asks again and again until it is so; rejects when it is not in time. */
  async within(patience: number, otherwise: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(otherwise);
      await pause(40);
    }
  }

  private async alarmNamed(name: string): Promise<MetricAlarm> {
    const { MetricAlarms = [] } = await this.alarms.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
    const found = MetricAlarms.find((alarm) => alarm.AlarmName?.replace(/-[0-9a-f]{7}$/, "") === name);
    if (found === undefined) throw new Error(`There is no alarm ${name}.`);
    return found;
  }

  private async functionOf(name: string): Promise<z.output<typeof functionSchema>> {
    const all = await this.declaredFunctions();
    const found = all.find(({ FunctionName }) => FunctionName.replace(/-[0-9a-f]{7}$/, "") === name);
    if (found !== undefined) return found;
    throw new Error(`There is no function ${name}: ${all.map((it) => it.FunctionName).join(", ")}.`);
  }

  private async declaredFunctions(): Promise<readonly z.output<typeof functionSchema>[]> {
    const answer = await fetch(`${this.host.awsEndpoint}/2015-03-31/functions`);
    return z.object({ Functions: z.array(functionSchema) }).parse(await answer.json()).Functions;
  }
}

const functionSchema = z.object({
  FunctionName: z.string(),
  LoggingConfig: z.object({ LogGroup: z.string() }),
});
