import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import type { AttributeValue } from "@aws-sdk/client-dynamodb-streams";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import type { HostProcess } from "../../demo/host-process";
import { defaultMetricsNamespace } from "../../runtime/orders/order-metrics";

export interface TableChange {
  readonly before: Readonly<Record<string, AttributeValue>> | undefined;
  readonly after: Readonly<Record<string, AttributeValue>> | undefined;
}

/** All that a host has counted since it was started. */
export interface Reading {
  /** Sums of AWS's own metrics, such as `AWS/Lambda Invocations orders-place-order`. */
  readonly metrics: ReadonlyMap<string, number>;
  readonly changes: readonly TableChange[];
  /** Each log group's text. */
  readonly logs: ReadonlyMap<string, string>;
}

/** Names have a suffix of seven digits on AWS, and here. */
const logicalName = (name: string): string => name.replace(/^.*[:/]/, "").replace(/-[0-9a-f]{7}$/, "");

const metered = [
  ["AWS/ApiGateway", "Count", "ApiId"],
  ["AWS/Lambda", "Invocations", "FunctionName"],
  ["AWS/Lambda", "Duration", "FunctionName"],
  ["AWS/SNS", "NumberOfMessagesPublished", "TopicName"],
  ["AWS/States", "ExecutionsStarted", "StateMachineArn"],
  ["AWS/States", "ExecutionTime", "StateMachineArn"],
] as const;

/** Reads what a running host has counted: metrics, the table's stream, logs and the calls of its AWS endpoint. */
export class HostMeters {
  private readonly host: HostProcess;
  private readonly metrics: CloudWatchClient;
  private readonly streams: DynamoDBStreamsClient;

  constructor(host: HostProcess) {
    const options = host.aws;
    this.host = host;
    this.metrics = new CloudWatchClient(options);
    this.streams = new DynamoDBStreamsClient(options);
  }

  async read(): Promise<Reading> {
    return { metrics: await this.readMetrics(), changes: await this.readChanges(), logs: this.readLogs() };
  }

  /** Calls since `forgetCalls`, by action and the name of what they are for: `sqs:SendMessage orders-fulfilment`. */
  async calls(): Promise<ReadonlyMap<string, number>> {
    const answer = await fetch(`${this.host.awsEndpoint}/_local/calls`);
    const { calls } = (await answer.json()) as {
      // As the host's CallCounts lists them.
      calls: readonly { readonly action: string; readonly resource: string; readonly count: number }[];
    };
    const totals = new Map<string, number>();
    for (const { action, resource, count } of calls) {
      const key = `${action} ${logicalName(resource)}`;
      totals.set(key, (totals.get(key) ?? 0) + count);
    }
    return totals;
  }

  /** Custom metrics that have had a value, as `OrdersReceived Channel=api`: each of them is billed. */
  async customMetrics(): Promise<readonly string[]> {
    const { Metrics = [] } = await this.metrics.send(new ListMetricsCommand({ Namespace: defaultMetricsNamespace }));
    return Metrics.map(({ MetricName, Dimensions = [] }) => {
      const own = Dimensions.filter(({ Name }) => Name !== "Stack").map(({ Name, Value }) => `${Name}=${Value}`);
      return [MetricName, ...own].join(" ");
    }).sort();
  }

  async forgetCalls(): Promise<void> {
    await fetch(`${this.host.awsEndpoint}/_local/calls`, { method: "DELETE" });
  }

  private async readMetrics(): Promise<ReadonlyMap<string, number>> {
    const now = Date.now();
    const found = await Promise.all(
      metered.map(async ([Namespace, MetricName, dimension]) => {
        const { Metrics = [] } = await this.metrics.send(new ListMetricsCommand({ Namespace, MetricName }));
        // Some have a further dimension, such as a route: their sum is there without it as well.
        return Metrics.flatMap(({ Dimensions = [] }) => {
          const [only, ...more] = Dimensions.filter(({ Name }) => Name !== "Stage");
          if (more.length > 0 || only?.Name !== dimension) return [];
          return [{ key: `${MetricName} ${logicalName(only.Value ?? "")}`, Namespace, MetricName, Dimensions }];
        });
      }),
    );
    const wanted = found.flat();
    if (wanted.length === 0) return new Map();
    const { MetricDataResults = [] } = await this.metrics.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - 3_600_000),
        EndTime: new Date(now + 60_000),
        MetricDataQueries: wanted.map(({ Namespace, MetricName, Dimensions }, index) => ({
          Id: `m${index}`,
          MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: "Sum" },
        })),
      }),
    );
    const totals = new Map<string, number>();
    for (const { Id = "", Values = [] } of MetricDataResults) {
      const key = wanted[Number(Id.slice(1))]?.key ?? Id;
      // A metric may be there by its API alone and by API and stage: the same count twice.
      totals.set(
        key,
        Math.max(
          totals.get(key) ?? 0,
          Values.reduce((total, value) => total + value, 0),
        ),
      );
    }
    return totals;
  }

  private async readChanges(): Promise<readonly TableChange[]> {
    const TableName = this.host.output("orders_table");
    const { Streams } = await this.streams.send(new ListStreamsCommand({ TableName }));
    const StreamArn = Streams?.[0]?.StreamArn;
    const { StreamDescription } = await this.streams.send(new DescribeStreamCommand({ StreamArn }));
    const changes: TableChange[] = [];
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      const first = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" });
      let { ShardIterator } = await this.streams.send(first);
      while (ShardIterator !== undefined) {
        const page = await this.streams.send(new GetRecordsCommand({ ShardIterator }));
        const { Records = [] } = page;
        changes.push(...Records.map(({ dynamodb }) => ({ before: dynamodb?.OldImage, after: dynamodb?.NewImage })));
        ShardIterator = Records.length === 0 ? undefined : page.NextShardIterator;
      }
    }
    return changes;
  }

  private readLogs(): ReadonlyMap<string, string> {
    const folder = join(this.host.folder, "logs");
    return new Map(
      globSync("**/*.log", { cwd: folder }).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
    );
  }
}

/** What was added between two readings. */
export const difference = (from: Reading, to: Reading): Reading => ({
  metrics: new Map([...to.metrics].map(([key, value]) => [key, value - (from.metrics.get(key) ?? 0)])),
  changes: to.changes.slice(from.changes.length),
  logs: new Map([...to.logs].map(([name, all]) => [name, all.slice(from.logs.get(name)?.length ?? 0)])),
});

/** A line of a file begins with its time and a space, which CloudWatch keeps apart and counts as 26 bytes. */
const stampLength = 25;

/** Bytes of a log as CloudWatch counts them: https://aws.amazon.com/cloudwatch/pricing/ */
export const loggedBytes = (logs: ReadonlyMap<string, string>): number =>
  [...logs.values()].reduce((total, all) => {
    const lines = all.split("\n").length - 1;
    return total + Buffer.byteLength(all) + lines * (26 - 1 - stampLength);
  }, 0);

/** Share that is left of the text when it is compressed. */
export const compressedShare = (logs: ReadonlyMap<string, string>): number => {
  const all = [...logs.values()].join("");
  return all === "" ? 1 : gzipSync(all).length / Buffer.byteLength(all);
};
