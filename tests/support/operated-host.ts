import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { CloudWatchClient, paginateDescribeAlarms, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { PutItemCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { FileDrop } from "../../demo/file-drop";
import { Permissions, subjectOf } from "../least-privilege/permissions";
import { OutsideServices } from "./outside-services";
import { type StartedHost, startedHost } from "./started-host";

const functionSchema = z.object({
  FunctionName: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});

type DeployedFunction = z.output<typeof functionSchema>;

/** Physical names end in seven hexadecimal digits; without them, and without the digits of a webhook's URL, they are the program's. */
export const logicalName = (name: string): string =>
  name.replace(/-[0-9a-f]{7}$/, "").replace(/^orders-webhook-[0-9a-f]{7}/, "orders-webhook-HASH");

/** A running host with every way in and out, as whoever operates it sees it, and the ways to break it. */
export class OperatedHost {
  readonly started: StartedHost;
  readonly outside: OutsideServices;
  readonly drop: FileDrop;
  private readonly metrics: CloudWatchClient;
  private readonly topics: SNSClient;
  private readonly permissions: Permissions;
  private readonly queueUrls: readonly string[];
  private readonly functions: readonly DeployedFunction[];

  private constructor(
    started: StartedHost,
    outside: OutsideServices,
    queueUrls: readonly string[],
    functions: readonly DeployedFunction[],
  ) {
    this.started = started;
    this.outside = outside;
    this.queueUrls = queueUrls;
    this.functions = functions;
    this.drop = new FileDrop(started.host);
    this.metrics = new CloudWatchClient(started.host.aws);
    this.topics = new SNSClient(started.host.aws);
    this.permissions = new Permissions(started.host.awsEndpoint);
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<OperatedHost> {
    const outside = await OutsideServices.start();
    const started = await startedHost({
      ...outside.settings,
      partners: '[{"name":"returns","eventTypes":["OrderRejected"]},{"name":"warehouse"}]',
      webhooks: JSON.stringify([{ url: `${outside.url}/webhook` }]),
      ...settings,
    });
    const { QueueUrls = [] } = await started.aws.queues.send(new ListQueuesCommand({ MaxResults: 1000 }));
    const answer = await fetch(`${started.host.awsEndpoint}/2015-03-31/functions`);
    const { Functions } = z.object({ Functions: z.array(functionSchema) }).parse(await answer.json());
    return new OperatedHost(started, outside, QueueUrls, Functions);
  }

  async end(): Promise<void> {
    await this.started.end();
    await this.outside.stop();
  }

  get functionNames(): readonly string[] {
    return this.functions.map(({ FunctionName }) => logicalName(FunctionName));
  }

  get queueNames(): readonly string[] {
    return this.queueUrls.map((url) => logicalName(url.split("/").at(-1) ?? ""));
  }

  /** The state of every alarm, by the program's names. */
  async alarms(): Promise<Readonly<Record<string, string>>> {
    const states: Record<string, string> = {};
    const pages = paginateDescribeAlarms({ client: this.metrics }, { AlarmTypes: ["MetricAlarm", "CompositeAlarm"] });
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
      for (const { AlarmName, StateValue } of [...MetricAlarms, ...CompositeAlarms]) {
        states[logicalName(String(AlarmName)).replace(/-dev$/, "")] = String(StateValue);
      }
    }
    return states;
  }

  /** What is due in these seconds of the host's clock happens at once. */
  async putForward(seconds: number): Promise<void> {
    await this.started.host.putForward(seconds);
  }

  /** Puts the clock forward to the begin of a period of five minutes, so that what is counted now is counted in one. */
  async beginPeriod(): Promise<void> {
    const now = await this.clock();
    await this.putForward(Math.ceil(now / 300) * 300 + 1 - now);
  }

  /** Lets a function start no more, as a deployment does whose bundle lacks a file. Gives how to deploy it as it was. */
  async deployBroken(name: string, variables?: Readonly<Record<string, string>>): Promise<() => Promise<void>> {
    const { Environment } = this.functionOf(name);
    await this.configure(
      name,
      variables ?? { ...Environment.Variables, NODE_OPTIONS: "--require=./not-in-the-bundle" },
    );
    return () => this.configure(name, Environment.Variables);
  }

  configure(name: string, Variables: Readonly<Record<string, string>>): Promise<void> {
    const path = `/2015-03-31/functions/${this.functionOf(name).FunctionName}/configuration`;
    return this.request("PUT", path, { Environment: { Variables } });
  }

  variablesOf(name: string): Readonly<Record<string, string>> {
    return this.functionOf(name).Environment.Variables;
  }

  /** Leaves no concurrency to a function. Gives how to give it back. */
  async throttle(name: string): Promise<() => Promise<void>> {
    const path = `/2017-10-31/functions/${this.functionOf(name).FunctionName}/concurrency`;
    await this.request("PUT", path, { ReservedConcurrentExecutions: 0 });
    return () => this.request("DELETE", path);
  }

  /** Calls a function some times, whatever comes of it. */
  async invoke(name: string, times = 1, type: "RequestResponse" | "Event" = "RequestResponse"): Promise<void> {
    const { FunctionName } = this.functionOf(name);
    const url = `${this.started.host.awsEndpoint}/2015-03-31/functions/${FunctionName}/invocations`;
    const call = { method: "POST", body: "{}", headers: { "x-amz-invocation-type": type } };
    await Promise.all(Array.from({ length: times }, async () => (await fetch(url, call)).text()));
  }

  /** Takes an action away from a role or a service, by the program's name of whose policy has it. Gives how to give it back. */
  async forbid(subject: string, action: string): Promise<() => Promise<void>> {
    const all = await this.permissions.all();
    const chosen = all.filter((permission) => subjectOf(permission) === subject && permission.action === action);
    if (chosen.length === 0) throw new Error(`${subject} has no permission ${action}.`);
    for (const permission of chosen) await this.permissions.remove(permission);
    return async () => {
      for (const permission of chosen) await this.permissions.giveBack(permission);
    };
  }

  /** Lets nobody but the account's own roles send to queues. Gives how to put their policies back. */
  async closeQueues(names: readonly string[]): Promise<() => Promise<void>> {
    const policies = new Map<string, string>();
    for (const name of names) {
      const url = this.queueUrl(name);
      policies.set(url, String((await this.started.aws.attributes(url))["Policy"] ?? ""));
      await this.setPolicy(url, "");
    }
    return async () => {
      for (const [url, policy] of policies) await this.setPolicy(url, policy);
    };
  }

  /** A queue's URL by the program's name for it. */
  queueUrl(name: string): string {
    const found = this.queueUrls.find((url) => logicalName(url.split("/").at(-1) ?? "") === name);
    if (found === undefined) throw new Error(`There is no queue ${name}: ${this.queueUrls.join(", ")}.`);
    return found;
  }

  async waiting(queue: string): Promise<number> {
    return (await this.started.aws.depth(this.queueUrl(queue))).waiting;
  }

  /** Places orders over the API; gives their ids. */
  place(count: number, item = "Laptop"): Promise<readonly string[]> {
    const order = { customer_id: "CUST-001", items: [{ item, quantity: 1 }] };
    return Promise.all(
      Array.from({ length: count }, async () => String((await this.started.orders.place(order)).body["order_id"])),
    );
  }

  /** Sends an order as a message. */
  async publish(data: object = { customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] }): Promise<void> {
    const message = { type: "OrderCreated", id: randomUUID(), source: "shop", data };
    const TopicArn = this.started.host.output("intake_topic_arn");
    await this.topics.send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
  }

  /** Sends orders under keys of their own, each as often as it is in the list; gives the answers' statuses and ids. */
  send(keys: readonly string[]): Promise<readonly { readonly status: number; readonly id: string }[]> {
    const order = { customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] };
    return Promise.all(
      keys.map(async (key) => {
        const { status, body } = await this.started.orders.place(order, { key });
        return { status, id: String(body["order_id"]) };
      }),
    );
  }

  /** The most writes a second that the table takes; undefined takes the limit away. */
  async limitWrites(perSecond: number | undefined): Promise<void> {
    const OnDemandThroughput = { MaxWriteRequestUnits: perSecond ?? -1 };
    const TableName = this.started.host.output("orders_table");
    await this.started.aws.tables.send(new UpdateTableCommand({ TableName, OnDemandThroughput }));
  }

  /** Seconds of the host's clock. */
  async clock(): Promise<number> {
    const answer = await fetch(`${this.started.host.awsEndpoint}/_local/clock`);
    return Date.parse(z.object({ now: z.string() }).parse(await answer.json()).now) / 1_000;
  }

  /** Asks again and again until it is so. */
  async until(what: string, isSo: () => Promise<boolean>, patience = 30_000): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`It is not so after ${patience / 1_000} seconds: ${what}`);
      await pause(40);
    }
  }

  /** Writes an item to the table that is not an order, which no relay can handle. */
  async putNoOrder(id: string): Promise<void> {
    const Item = { order_id: { S: id }, status: { S: "NONE" } };
    const TableName = this.started.host.output("orders_table");
    await this.started.aws.tables.send(new PutItemCommand({ TableName, Item }));
  }

  /** Sets an alarm off and ends it, so often, as if its metric had. */
  async ring(name: string, times: number): Promise<void> {
    const pages = paginateDescribeAlarms({ client: this.metrics }, { AlarmNamePrefix: name });
    for await (const { MetricAlarms = [] } of pages) {
      const AlarmName = MetricAlarms[0]?.AlarmName;
      for (let time = 0; time < times; time += 1) {
        for (const StateValue of ["ALARM", "OK"] as const) {
          await this.metrics.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "a test" }));
        }
      }
    }
  }

  /** Puts the clock forward in steps, each when the work that the last has brought may be done, until it is so. */
  async putForwardUntil(seconds: number, isSo: () => Promise<boolean>, most = 40): Promise<void> {
    for (let step = 0; step < most; step += 1) {
      if (await isSo()) return;
      await this.putForward(seconds);
      await pause(60);
    }
    throw new Error(`It is not so after ${most} steps of ${seconds} seconds: ${String(isSo)}`);
  }

  private functionOf(name: string): DeployedFunction {
    const found = this.functions.find(({ FunctionName }) => logicalName(FunctionName) === name);
    if (found === undefined) throw new Error(`There is no function ${name}: ${this.functionNames.join(", ")}.`);
    return found;
  }

  private async setPolicy(QueueUrl: string, Policy: string): Promise<void> {
    await this.started.aws.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  }

  private async request(method: string, path: string, body?: object): Promise<void> {
    const answer = await fetch(`${this.started.host.awsEndpoint}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
  }
}
