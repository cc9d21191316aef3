import type { Clock } from "../../kernel/clock";
import type { StreamRecord } from "../dynamodb/stream-record";
import type { Invocation } from "../lambda/hosted-function";
import { Backoff } from "./backoff";
import { readBatchResponse } from "./batch-response";
import type { TargetFunction } from "./event-source-ports";
import type { StreamMappingDefinition } from "./mapping-definition";

/** A record and its JSON, written once however often it is tried. */
export interface LaneRecord {
  readonly record: StreamRecord;
  readonly json: string;
}

export interface StreamLaneSettings {
  readonly definition: StreamMappingDefinition;
  readonly target: TargetFunction;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** First wait before a retry, in milliseconds; doubles up to `longestBackoffMs`. */
  readonly firstBackoffMs: number;
  readonly onDone: (records: readonly LaneRecord[]) => void;
  readonly onDiscard: (discarded: Discarded) => Promise<void>;
  readonly onFailure: (records: readonly LaneRecord[], error: string) => void;
  readonly onAttempt: (records: readonly LaneRecord[]) => void;
}

export interface Discarded {
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly records: readonly LaneRecord[];
  readonly invokeCount: number;
  readonly invocation?: Invocation;
}

/** AWS does not say how long it waits; with 10 retries, a record that keeps failing takes about 12 s. */
const longestBackoffMs = 2_000;

/** Largest event of a synchronous invocation, in bytes; leaves room for the brackets. */
const eventLimitBytes = 6_291_456 - 100;

/** Works through its part of a stream in order: nothing is tried before what precedes it is done or given up. */
export class StreamLane {
  private readonly settings: StreamLaneSettings;
  private readonly queue: LaneRecord[] = [];
  private wake: (() => void) | undefined;
  private readonly working: Promise<void>;

  constructor(settings: StreamLaneSettings) {
    this.settings = settings;
    settings.signal.addEventListener("abort", () => this.wake?.(), { once: true });
    this.working = this.work();
  }

  add(record: LaneRecord): void {
    this.queue.push(record);
    this.wake?.();
  }

  /** Resolves when the batch at work is done, after the signal was aborted. */
  async ended(): Promise<void> {
    await this.working;
  }

  private async work(): Promise<void> {
    const { signal, definition } = this.settings;
    while (!signal.aborted) {
      if (this.queue.length === 0) await this.woken();
      else {
        await this.fill(definition.batchingWindowMs);
        await this.process(
          this.takeBatch(),
          0,
          new Backoff(this.settings.clock, this.settings.firstBackoffMs, longestBackoffMs),
        );
      }
    }
  }

  private woken(timeoutMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => this.wake?.(), timeoutMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }

  private async fill(windowMs: number): Promise<void> {
    const end = performance.now() + windowMs;
    for (;;) {
      const left = end - performance.now();
      if (left <= 0 || this.queue.length >= this.settings.definition.batchSize || this.settings.signal.aborted) return;
      await this.woken(left);
    }
  }

  private takeBatch(): LaneRecord[] {
    let bytes = 0;
    let count = 0;
    for (const { json } of this.queue) {
      bytes += Buffer.byteLength(json) + 1;
      if (count === this.settings.definition.batchSize || (count > 0 && bytes > eventLimitBytes)) break;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  /** @param failures failed attempts of the batch that begins with this record */
  private async process(batch: readonly LaneRecord[], failures: number, backoff: Backoff): Promise<void> {
    const { definition, signal, target } = this.settings;
    const current = await this.withoutExpired(batch, failures);
    if (current.length === 0 || signal.aborted) return;
    this.settings.onAttempt(current);
    let invocation: Invocation;
    try {
      invocation = await target.invoke(`{"Records":[${current.map(({ json }) => json).join(",")}]}`);
    } catch (error) {
      // Throttled: tried again until the records are too old; neither split nor counted as a retry.
      this.settings.onFailure(current, String(error));
      await backoff.wait(signal);
      return this.process(current, failures, backoff);
    }
    if (signal.aborted && invocation.functionError !== undefined) return;
    const failed = this.firstFailed(current, invocation);
    if (failed > 0) this.settings.onDone(current.slice(0, failed));
    const rest = current.slice(failed);
    if (rest.length === 0) return;
    // Splitting, be it at the record that the function reports, does not count as a retry.
    const split = definition.bisectsOnError && failed > 0;
    const now = failed === 0 ? failures + 1 : split ? 0 : 1;
    this.settings.onFailure(rest, invocation.payload);
    if (definition.bisectsOnError && failed === 0 && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2);
      await backoff.wait(signal);
      await this.process(rest.slice(0, middle), failures, backoff);
      return this.process(
        rest.slice(middle),
        failures,
        new Backoff(this.settings.clock, this.settings.firstBackoffMs, longestBackoffMs),
      );
    }
    if (now > definition.maximumRetryAttempts)
      return this.discard({ condition: "RetryAttemptsExhausted", records: rest, invokeCount: now, invocation });
    await backoff.wait(signal);
    return this.process(rest, now, backoff);
  }

  /** Index of the first record that is not done; the batch's length when all are. */
  private firstFailed(batch: readonly LaneRecord[], invocation: Invocation): number {
    if (invocation.functionError !== undefined) return 0;
    if (!this.settings.definition.reportsItemFailures) return batch.length;
    const sequences = batch.map(({ record }) => record.dynamodb.SequenceNumber);
    const response = readBatchResponse(invocation.payload, new Set(sequences));
    if (response.kind === "all-succeeded") return batch.length;
    if (response.kind === "malformed") return 0;
    return sequences.findIndex((sequence) => response.identifiers.has(sequence));
  }

  private async withoutExpired(batch: readonly LaneRecord[], failures: number): Promise<readonly LaneRecord[]> {
    const { clock } = this.settings;
    const oldest = clock.now() - this.settings.definition.maximumRecordAgeMs;
    const kept = batch.findIndex(
      ({ record }) => clock.at(record.dynamodb.ApproximateCreationDateTime * 1000) >= oldest,
    );
    if (kept === 0) return batch;
    const expired = kept === -1 ? batch : batch.slice(0, kept);
    if (expired.length > 0)
      await this.discard({ condition: "RecordAgeExceeded", records: expired, invokeCount: failures });
    return kept === -1 ? [] : batch.slice(kept);
  }

  private async discard(discarded: Discarded): Promise<void> {
    await this.settings.onDiscard(discarded);
    this.settings.onDone(discarded.records);
  }
}
