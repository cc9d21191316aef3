import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";

/** One change of an order: its status, and when the change was made. */
export interface StatusChange {
  readonly status: string;
  readonly at: Date;
}

const terminal = new Set(["SHIPPED", "REJECTED", "CANCELLED"]);

/** What happened to every order, read from the table's stream through the AWS endpoint. */
export class OrderHistory {
  private readonly changes = new Map<string, StatusChange[]>();
  private readonly client: DynamoDBStreamsClient;
  private readonly tableName: string;
  private iterators: string[] = [];
  private reading: Promise<void> | undefined;

  constructor(awsEndpoint: string, tableName: string) {
    this.client = new DynamoDBStreamsClient({
      endpoint: awsEndpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    this.tableName = tableName;
  }

  async open(): Promise<void> {
    const { Streams } = await this.client.send(new ListStreamsCommand({ TableName: this.tableName }));
    const StreamArn = Streams?.[0]?.StreamArn;
    const { StreamDescription } = await this.client.send(new DescribeStreamCommand({ StreamArn }));
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      const iterator = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" });
      const { ShardIterator } = await this.client.send(iterator);
      if (ShardIterator !== undefined) this.iterators.push(ShardIterator);
    }
  }

  /** The order's changes, oldest first, once it has ended; or as far as they are known after `patience` milliseconds. */
  async ofOrder(orderId: string, patience = 15_000): Promise<readonly StatusChange[]> {
    const deadline = Date.now() + patience;
    for (;;) {
      const changes = this.changes.get(orderId) ?? [];
      if (terminal.has(changes.at(-1)?.status ?? "") || Date.now() > deadline) return changes;
      // Whoever waits at the same time waits for the same read.
      this.reading ??= this.read().finally(() => {
        this.reading = undefined;
      });
      await this.reading;
      await pause(50);
    }
  }

  private async read(): Promise<void> {
    const next: string[] = [];
    for (const ShardIterator of this.iterators) {
      const { Records = [], NextShardIterator } = await this.client.send(new GetRecordsCommand({ ShardIterator }));
      if (NextShardIterator !== undefined) next.push(NextShardIterator);
      for (const { dynamodb } of Records) {
        const image = dynamodb?.NewImage;
        const [id, status, at] = [image?.["order_id"]?.S, image?.["status"]?.S, image?.["updated_at"]?.S];
        if (id === undefined || status === undefined || at === undefined) continue;
        this.changes.set(id, [...(this.changes.get(id) ?? []), { status, at: new Date(at) }]);
      }
    }
    this.iterators = next;
  }
}
