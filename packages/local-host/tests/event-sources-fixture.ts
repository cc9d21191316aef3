import type { StreamRecord } from "../src/services/dynamodb/stream-record";
import {
  type EventSourceHost,
  type EventSourceNeeds,
  eventSourceHost,
} from "../src/services/event-source-mappings/event-source-host";
import type { Queues, TableStreams } from "../src/services/event-source-mappings/event-source-ports";
import type { SqsMessage } from "../src/services/sqs/sqs-message";
import type { LambdaFixture } from "./lambda-fixture";

export const queueArn = "arn:aws:sqs:us-east-1:000000000000:work";
export const streamArn = "arn:aws:dynamodb:us-east-1:000000000000:table/photos/stream/2026-01-01T00:00:00.000";

/** A queue in memory: a receive wakes at once, and what is received stays hidden until it is shown again. */
export class QueueFake implements Queues {
  readonly visible: SqsMessage[] = [];
  readonly hidden = new Map<string, SqsMessage>();
  readonly deleted: string[] = [];
  readonly principals: unknown[] = [];
  receives = 0;
  private readonly wake: (() => void)[] = [];
  private sequence = 0;

  send(body: string, more: Partial<SqsMessage> = {}): string {
    this.sequence += 1;
    const messageId = `message-${this.sequence}`;
    this.visible.push({
      messageId,
      receiptHandle: `handle-${this.sequence}`,
      body,
      md5OfBody: "d41d8",
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183" },
      messageAttributes: {},
      ...more,
    });
    for (const wake of this.wake.splice(0)) wake();
    return messageId;
  }

  /** The visibility timeout of everything received is over. */
  showReceived(): void {
    for (const message of this.hidden.values()) this.visible.push(message);
    this.hidden.clear();
    for (const wake of this.wake.splice(0)) wake();
  }

  async receive(
    principal: unknown,
    arn: string,
    { max, signal }: { readonly max: number; readonly signal: AbortSignal },
  ): Promise<readonly SqsMessage[]> {
    this.receives += 1;
    if (arn !== queueArn) throw new Error(`no queue ${arn}`);
    this.principals.push(principal);
    while (this.visible.length === 0 && !signal.aborted)
      await new Promise<void>((resolve) => {
        this.wake.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    const taken = signal.aborted ? [] : this.visible.splice(0, max);
    for (const message of taken) this.hidden.set(message.receiptHandle, message);
    return taken;
  }

  async deleteBatch(_principal: unknown, _arn: string, receiptHandles: readonly string[]): Promise<void> {
    for (const handle of receiptHandles) {
      const message = this.hidden.get(handle);
      if (message !== undefined) this.deleted.push(message.messageId);
      this.hidden.delete(handle);
    }
  }
}

/** A stream in memory, of one shard. */
export class StreamFake implements TableStreams {
  readonly records: StreamRecord[] = [];
  readonly opened: unknown[] = [];
  private readonly wake: (() => void)[] = [];

  write(key: string, created = Math.floor(Date.now() / 1000)): string {
    const sequence = String(1000 + this.records.length);
    this.records.push({
      eventID: `event-${sequence}`,
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      dynamodb: {
        ApproximateCreationDateTime: created,
        Keys: { photo_id: { S: key } },
        NewImage: { photo_id: { S: key }, amount: { N: "5" } },
        SequenceNumber: sequence,
        SizeBytes: 20,
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
      eventSourceARN: streamArn,
    });
    for (const wake of this.wake.splice(0)) wake();
    return sequence;
  }

  positionFrom(_arn: string, from: "LATEST" | { readonly after: string }): number {
    return from === "LATEST" ? this.records.length : Number(from.after) - 999;
  }

  shards(): readonly { readonly shardId: string }[] {
    return [{ shardId: "shardId-1" }];
  }

  open(arn: string, { from }: { readonly from: "TRIM_HORIZON" | "LATEST" | { readonly after: string } }) {
    this.opened.push(from);
    let position = from === "TRIM_HORIZON" ? 0 : this.positionFrom(arn, from);
    return {
      next: async (max: number, signal: AbortSignal): Promise<StreamRecord[]> => {
        while (position >= this.records.length && !signal.aborted)
          await new Promise<void>((resolve) => {
            this.wake.push(resolve);
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
        const read = signal.aborted ? [] : this.records.slice(position, position + max);
        position += read.length;
        return read;
      },
    };
  }
}

/** Starts the functions and the mappings that the fixture declares. */
export const startMappings = async (
  fixture: LambdaFixture,
  sources: { readonly queues?: QueueFake; readonly tableStreams?: StreamFake },
  options: Partial<EventSourceNeeds> = {},
): Promise<EventSourceHost> => {
  const lambda = await fixture.start();
  const host = eventSourceHost(fixture.context, {
    functionAt: (nameOrArn) => lambda.functionAt(nameOrArn),
    queues: sources.queues ?? new QueueFake(),
    tableStreams: sources.tableStreams ?? new StreamFake(),
    queueBackoffMs: 1,
    streamBackoffMs: 1,
    ...options,
  });
  fixture.stopFirst(host);
  await host.start();
  return host;
};
