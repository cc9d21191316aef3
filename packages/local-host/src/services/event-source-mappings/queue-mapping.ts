import type { Clock } from "../../kernel/clock";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostEvents } from "../../kernel/host-events";
import type { Invocation } from "../lambda/hosted-function";
import { Backoff } from "./backoff";
import { readBatchResponse } from "./batch-response";
import { EventFilter } from "./event-filter";
import type { Queues, TargetFunction } from "./event-source-ports";
import type { QueueMappingDefinition } from "./mapping-definition";
import { type QueueRecord, queueRecord } from "./queue-event";
import type { SourceAccess } from "./source-access";

export interface QueueMappingSettings {
  readonly definition: QueueMappingDefinition;
  readonly target: TargetFunction;
  readonly queues: Queues;
  readonly access: SourceAccess;
  readonly region: string;
  readonly events: HostEvents;
  readonly clock: Clock;
  /** Most batches at the same time when the mapping itself sets no lower limit. */
  readonly batchesAtOnce: number;
  /** First wait after a throttled batch or a failed receive, in milliseconds; doubles up to 30 s. */
  readonly firstBackoffMs: number;
}

/** Longest wait that SQS allows a receive. */
const longPollSeconds = 20;
const receiveLimit = 10;
/** Largest event of a synchronous invocation, in characters; leaves room for the records' brackets and commas. */
const eventLimit = 6_291_456 - 10_240;

/** Feeds a queue's messages to a function, as Lambda's pollers do. */
export class QueueMapping {
  private readonly settings: QueueMappingSettings;
  private readonly principal: Principal;
  private readonly filter: EventFilter;
  private readonly backoff: Backoff;
  private readonly aborted = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private readonly limit: number;
  private polling: Promise<void> | undefined;
  private held = false;

  constructor(settings: QueueMappingSettings) {
    const { definition, target } = settings;
    this.settings = settings;
    this.principal = { kind: "role", roleArn: target.definition.roleArn, actor: target.definition.name };
    this.filter = new EventFilter(definition.filters);
    this.backoff = new Backoff(settings.clock, settings.firstBackoffMs, 30_000);
    this.limit = Math.min(definition.maximumConcurrency ?? Number.POSITIVE_INFINITY, settings.batchesAtOnce);
  }

  start(): void {
    // Whoever had received these ended with the host's last run; on AWS the consumer does not die together with the queue.
    this.settings.queues.showReceived(this.settings.definition.sourceArn);
    this.polling ??= this.poll();
  }

  /** Stops receiving and waits for the batches at work. */
  async stop(): Promise<void> {
    this.aborted.abort();
    this.settings.access.stop();
    await this.polling;
    await Promise.all(this.running);
  }

  private async poll(): Promise<void> {
    const { signal } = this.aborted;
    while (!signal.aborted) {
      if (this.running.size >= this.limit) {
        await Promise.race(this.running);
        continue;
      }
      if (this.held) {
        this.held = false;
        await this.backoff.wait(signal);
      }
      try {
        const records = await this.gather();
        for (const batch of withinEventLimit(records)) this.begin(batch);
      } catch (error) {
        if (signal.aborted) return;
        this.publish("error", "receive failed", { queue: this.settings.definition.sourceArn, error: String(error) });
        await this.backoff.wait(this.settings.access.signal);
      }
    }
  }

  private begin(batch: readonly QueueRecord[]): void {
    const work = this.process(batch)
      .catch((error: unknown) => this.publish("error", "batch failed", { error: String(error) }))
      .finally(() => this.running.delete(work));
    this.running.add(work);
  }

  /** One batch: what is there at once, or what comes until the batch is full or the window over. */
  private async gather(): Promise<QueueRecord[]> {
    const { batchSize, batchingWindowMs } = this.settings.definition;
    const { signal } = this.aborted;
    this.settings.access.require();
    const batch = await this.receive(batchSize, this.settings.access.signal);
    if (batchingWindowMs === 0 || batch.length === 0) return batch;
    const closed = AbortSignal.any([signal, AbortSignal.timeout(batchingWindowMs)]);
    let characters = JSON.stringify(batch).length;
    while (batch.length < batchSize && characters < eventLimit && !closed.aborted) {
      const more = await this.receive(batchSize - batch.length, closed);
      characters += more.length === 0 ? 0 : JSON.stringify(more).length;
      batch.push(...more);
    }
    return batch;
  }

  private async receive(room: number, signal: AbortSignal): Promise<QueueRecord[]> {
    const { queues, definition, region } = this.settings;
    const options = { max: Math.min(room, receiveLimit), waitSeconds: longPollSeconds, signal };
    const messages = await queues.receive(this.principal, definition.sourceArn, options);
    const records = messages.map((message) => queueRecord(message, definition.sourceArn, region));
    if (this.filter.matchesEverything) return records;
    const matching = records.filter((record) => this.filter.matchesMessage(record));
    const others = records.filter((record) => !matching.includes(record));
    if (others.length > 0) {
      this.publish("info", "filtered out", { messageIds: others.map(({ messageId }) => messageId) });
      await this.remove(others);
    }
    return matching;
  }

  private async process(batch: readonly QueueRecord[]): Promise<void> {
    let invocation: Invocation;
    try {
      const event = JSON.stringify({ Records: batch });
      // A batch is of as many traces as it has messages, so its invocation begins one, which is linked to theirs:
      // https://docs.aws.amazon.com/xray/latest/devguide/xray-tracelinking.html
      invocation = await this.settings.target.invoke(event, {
        links: batch.flatMap(({ attributes }) => attributes["AWSTraceHeader"] ?? []),
      });
    } catch (error) {
      // The batch comes back when its visibility timeout is over, and counts as received: on AWS this is how messages
      // of a throttled function end among the dead letters.
      this.held = true;
      this.publish("warn", "batch not taken", { error: String(error), messageIds: idsOf(batch) });
      return;
    }
    this.backoff.reset();
    const succeeded = this.succeededOf(batch, invocation);
    if (succeeded.length > 0) await this.remove(succeeded);
  }

  private succeededOf(batch: readonly QueueRecord[], invocation: Invocation): readonly QueueRecord[] {
    if (invocation.functionError !== undefined) {
      this.publish("warn", "batch returned to queue", { messageIds: idsOf(batch), error: invocation.payload });
      return [];
    }
    if (!this.settings.definition.reportsItemFailures) return batch;
    const response = readBatchResponse(invocation.payload, new Set(idsOf(batch)));
    if (response.kind === "all-succeeded") return batch;
    if (response.kind === "malformed") {
      this.publish("error", "batch response malformed", { reason: response.reason, messageIds: idsOf(batch) });
      return [];
    }
    this.publish("warn", "messages returned to queue", { messageIds: [...response.identifiers] });
    return batch.filter(({ messageId }) => !response.identifiers.has(messageId));
  }

  private async remove(records: readonly QueueRecord[]): Promise<void> {
    const { queues, definition } = this.settings;
    for (let begin = 0; begin < records.length; begin += receiveLimit) {
      const handles = records.slice(begin, begin + receiveLimit).map(({ receiptHandle }) => receiptHandle);
      await queues.deleteBatch(this.principal, definition.sourceArn, handles);
    }
  }

  private publish(level: "info" | "warn" | "error", what: string, detail: Readonly<Record<string, unknown>>): void {
    const { events, definition, target } = this.settings;
    events.publish({
      level,
      resource: target.definition.name,
      what,
      detail: { source: definition.sourceArn, ...detail },
    });
  }
}

const idsOf = (batch: readonly QueueRecord[]): string[] => batch.map(({ messageId }) => messageId);

/** Splits what would not fit into one event. */
const withinEventLimit = (records: readonly QueueRecord[]): QueueRecord[][] => {
  const batches: QueueRecord[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const size = record.body.length < 1000 ? 4000 : Buffer.byteLength(JSON.stringify(record));
    if (characters + size > eventLimit) {
      batches.push([]);
      characters = 0;
    }
    characters += size;
    batches.at(-1)?.push(record);
  }
  return batches;
};
