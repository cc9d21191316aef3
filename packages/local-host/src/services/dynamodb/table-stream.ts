import { AwsError } from "../../kernel/endpoint/aws-service";
import type { StreamLog } from "./stream-log";
import {
  changesNothing,
  positionOf,
  type StreamIdentity,
  type StreamRecord,
  sequenceNumber,
  streamRecord,
} from "./stream-record";
import type { StreamWakeups } from "./stream-wakeups";

/** Where to begin to read: with the oldest record kept, with what comes next, or behind a record already handled. */
export type StreamPosition = "TRIM_HORIZON" | "LATEST" | { readonly after: string };

export interface StreamReader {
  /**
   * Up to `max` records, in order. Waits until there is one; an empty list means that `signal` was aborted. The next
   * call goes on behind the last record given.
   */
  next(max: number, signal: AbortSignal): Promise<StreamRecord[]>;
}

export interface StreamShard {
  readonly shardId: string;
  readonly startingSequenceNumber: string;
}

export interface StreamedTable extends StreamIdentity {
  readonly tableName: string;
  /** The position behind which the stream begins; without it the table's changes are all its own. */
  readonly since?: number;
}

/** Milliseconds. A write made through the AWS endpoint wakes its readers; this is for one made past it. */
const safetyPoll = 1_000;

/** The streams of the hosted tables, each of one shard. */
export class TableStreams {
  private readonly tables = new Map<string, StreamedTable>();
  private readonly log: () => StreamLog;
  private readonly wakeups: StreamWakeups;

  constructor(log: () => StreamLog, wakeups: StreamWakeups) {
    this.log = log;
    this.wakeups = wakeups;
  }

  add(table: StreamedTable): void {
    this.tables.set(table.streamArn, table);
  }

  remove(tableName: string): void {
    for (const table of this.tables.values()) if (table.tableName === tableName) this.tables.delete(table.streamArn);
  }

  list(): readonly StreamedTable[] {
    return [...this.tables.values()];
  }

  /** @throws AwsError ResourceNotFoundException */
  table(streamArn: string): StreamedTable {
    const table = this.tables.get(streamArn);
    if (table !== undefined) return table;
    throw new AwsError("ResourceNotFoundException", `Requested resource not found: Stream: ${streamArn} not found`);
  }

  shards(streamArn: string): readonly StreamShard[] {
    this.table(streamArn);
    return [{ shardId: "shardId-00000000000000000001-00000001", startingSequenceNumber: sequenceNumber(1) }];
  }

  /** The position to read behind. */
  positionFrom(streamArn: string, from: StreamPosition): number {
    const { tableName, since = 0 } = this.table(streamArn);
    if (from === "TRIM_HORIZON") return since;
    return from === "LATEST" ? this.log().lastPosition(tableName) : positionOf(from.after);
  }

  /** What lies behind a position at this moment, and where to go on. */
  read(
    streamArn: string,
    position: number,
    max: number,
  ): { readonly records: StreamRecord[]; readonly position: number } {
    const table = this.table(streamArn);
    const changes = this.log().changesAfter(table.tableName, Math.max(position, table.since ?? 0), max);
    const records = changes.filter((change) => !changesNothing(change));
    return {
      records: records.map((change) => streamRecord(change, table)),
      position: changes.at(-1)?.position ?? position,
    };
  }

  open(streamArn: string, { from }: { readonly from: StreamPosition }): StreamReader {
    const { tableName } = this.table(streamArn);
    let position = this.positionFrom(streamArn, from);
    return {
      next: async (max, signal) => {
        while (!signal.aborted) {
          const written = this.wakeups.next(tableName, safetyPoll, signal);
          const read = this.read(streamArn, position, max);
          const moved = read.position > position;
          position = read.position;
          if (moved) written.cancel();
          if (read.records.length > 0) return read.records;
          await written.promise;
        }
        return [];
      },
    };
  }
}
