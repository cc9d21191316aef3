import * as z from "zod";
import { DurableDatabase } from "../../kernel/durable-database";
import type { Engine } from "./engine";

const described = z.object({ Table: z.object({ LatestStreamArn: z.string().optional() }) });
const stream = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }),
});
const iterator = z.object({ ShardIterator: z.string() });
const image = z.record(z.string(), z.unknown()).optional();
const page = z.object({
  NextShardIterator: z.string().optional(),
  Records: z.array(
    z.object({
      eventName: z.string(),
      userIdentity: z.record(z.string(), z.unknown()).optional(),
      dynamodb: z.object({
        ApproximateCreationDateTime: z.number(),
        Keys: z.record(z.string(), z.unknown()),
        NewImage: image,
        OldImage: image,
        SequenceNumber: z.string(),
      }),
    }),
  ),
});

type Page = z.output<typeof page>;

/** How far the copy of a table's stream is. */
interface Progress {
  readonly streamArn: string;
  readonly shardId: string | undefined;
  readonly sequence: string | undefined;
}

/** Copies the streams of DynamoDB Local into a log like the native engine's, so that there is one way to read them. */
export class StreamMirror {
  private readonly engine: Engine;
  private readonly database: DurableDatabase;
  private readonly pulling = new Map<string, Promise<void>>();
  /** Iterators at the end of each table's open shard, which save two requests for each pull. */
  private readonly iterators = new Map<string, string>();

  constructor(engine: Engine) {
    this.engine = engine;
    this.database = new DurableDatabase(engine.logFile);
    this.database.exec(`
      CREATE TABLE IF NOT EXISTS _stream_records (
        id INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, event_name TEXT NOT NULL, keys_json TEXT NOT NULL,
        new_image TEXT, old_image TEXT, sequence_number TEXT NOT NULL, shard_id TEXT NOT NULL, created_at INTEGER NOT NULL,
        user_identity TEXT);
      CREATE TABLE IF NOT EXISTS _progress (
        table_name TEXT PRIMARY KEY, stream_arn TEXT NOT NULL, shard_id TEXT, sequence TEXT);
    `);
  }

  /** Copies what is new in a table's stream; one copy at a time for each table. */
  pull(table: string): Promise<void> {
    const before = this.pulling.get(table) ?? Promise.resolve();
    const pulled = before.catch(() => undefined).then(() => this.copy(table));
    this.pulling.set(table, pulled);
    return pulled;
  }

  /** The table's next stream is another one. */
  forget(table: string): void {
    this.iterators.delete(table);
    this.database.prepare("DELETE FROM _progress WHERE table_name = ?").run(table);
  }

  close(): void {
    this.database.close();
  }

  private async copy(table: string): Promise<void> {
    const progress = await this.progress(table);
    if (progress === undefined) return;
    const ready = this.iterators.get(table);
    if (ready !== undefined && progress.shardId !== undefined) {
      try {
        if (await this.drain(table, progress.streamArn, progress.shardId, ready)) return;
      } catch {
        // An iterator lives for 15 minutes: begin again behind what is copied.
        this.iterators.delete(table);
      }
    }
    const { Shards } = stream.parse(
      await this.call("DescribeStream", { StreamArn: progress.streamArn }),
    ).StreamDescription;
    const { shardId: current, sequence } = (await this.progress(table)) ?? progress;
    const known = Shards.findIndex(({ ShardId }) => ShardId === current);
    for (const { ShardId } of Shards.slice(Math.max(known, 0))) {
      const start =
        ShardId === current && sequence !== undefined
          ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: sequence }
          : { ShardIteratorType: "TRIM_HORIZON" };
      const from = await this.call("GetShardIterator", { StreamArn: progress.streamArn, ShardId, ...start });
      await this.drain(table, progress.streamArn, ShardId, iterator.parse(from).ShardIterator);
    }
  }

  /** Copies from an iterator to the end; says whether the shard is still open. */
  private async drain(table: string, streamArn: string, shardId: string, from: string): Promise<boolean> {
    for (let at: string | undefined = from; at !== undefined; ) {
      const { Records, NextShardIterator }: Page = page.parse(await this.call("GetRecords", { ShardIterator: at }));
      this.append(table, streamArn, shardId, Records);
      if (Records.length === 0 && NextShardIterator !== undefined) {
        this.iterators.set(table, NextShardIterator);
        return true;
      }
      at = NextShardIterator;
    }
    this.iterators.delete(table);
    return false;
  }

  private append(table: string, streamArn: string, shardId: string, records: Page["Records"]): void {
    const last = records.at(-1);
    if (last === undefined) return;
    const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
    this.database.together(() => {
      for (const { eventName, dynamodb, userIdentity } of records) {
        this.database
          .prepare(
            `INSERT INTO _stream_records (table_name, event_name, keys_json, new_image, old_image, sequence_number, shard_id,
             created_at, user_identity) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(
            table,
            eventName,
            JSON.stringify(dynamodb.Keys),
            text(dynamodb.NewImage),
            text(dynamodb.OldImage),
            dynamodb.SequenceNumber,
            shardId,
            Math.floor(dynamodb.ApproximateCreationDateTime),
            text(userIdentity),
          );
      }
      this.database
        .prepare("INSERT OR REPLACE INTO _progress (table_name, stream_arn, shard_id, sequence) VALUES (?, ?, ?, ?)")
        .run(table, streamArn, shardId, last.dynamodb.SequenceNumber);
    });
  }

  private async progress(table: string): Promise<Progress | undefined> {
    const row = this.database
      .prepare("SELECT stream_arn, shard_id, sequence FROM _progress WHERE table_name = ?")
      .get(table);
    if (row !== undefined) {
      return {
        streamArn: String(row["stream_arn"]),
        shardId: String(row["shard_id"]),
        sequence: String(row["sequence"]),
      };
    }
    const { Table } = described.parse(await this.call("DescribeTable", { TableName: table }, "DynamoDB_20120810"));
    const streamArn = Table.LatestStreamArn;
    return streamArn === undefined ? undefined : { streamArn, shardId: undefined, sequence: undefined };
  }

  private async call(action: string, input: unknown, api = "DynamoDBStreams_20120810"): Promise<unknown> {
    const { status, body } = await this.engine.send(`${api}.${action}`, JSON.stringify(input));
    if (status === 200) return JSON.parse(body.toString());
    throw new Error(`${action} of the DynamoDB engine: ${body.toString()}`);
  }
}
