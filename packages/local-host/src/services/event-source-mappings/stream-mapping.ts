import { createHash } from "node:crypto";
import type { Clock } from "../../kernel/clock";
import type { Principal } from "../../kernel/endpoint/principal";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostEvents } from "../../kernel/host-events";
import type { StreamRecord } from "../dynamodb/stream-record";
import { Backoff } from "./backoff";
import { sendDiscardedRecords } from "./discarded-records";
import { EventFilter } from "./event-filter";
import type { TableStreams, TargetFunction } from "./event-source-ports";
import type { StreamMappingDefinition } from "./mapping-definition";
import type { SourceAccess } from "./source-access";
import type { StreamCheckpoint } from "./stream-checkpoint";
import { type Discarded, type LaneRecord, StreamLane } from "./stream-lane";
import { StreamProgress } from "./stream-progress";

export interface StreamMappingSettings {
  readonly definition: StreamMappingDefinition;
  readonly target: TargetFunction;
  readonly tableStreams: TableStreams;
  readonly access: SourceAccess;
  readonly checkpoint: StreamCheckpoint;
  readonly calls: Pick<ServiceCalls, "sendMessage" | "publish" | "putObject" | "recordMetric">;
  readonly events: HostEvents;
  readonly clock: Clock;
  /** First wait before a retry, in milliseconds; doubles up to 2 s. */
  readonly firstBackoffMs: number;
}

/** Feeds a table's stream to a function, as Lambda's pollers do. */
export class StreamMapping {
  private readonly settings: StreamMappingSettings;
  private readonly filter: EventFilter;
  private readonly aborted = new AbortController();
  private readonly progress = new StreamProgress();
  private lanes: readonly StreamLane[] = [];
  private reading: Promise<void> | undefined;
  private roomMade: (() => void) | undefined;

  constructor(settings: StreamMappingSettings) {
    this.settings = settings;
    this.filter = new EventFilter(settings.definition.filters);
  }

  start(): void {
    const { definition, target, clock, firstBackoffMs } = this.settings;
    this.lanes = Array.from(
      { length: definition.parallelizationFactor },
      () =>
        new StreamLane({
          definition,
          target,
          signal: this.aborted.signal,
          clock,
          firstBackoffMs,
          onDone: (records) => this.done(records.map(({ record }) => record.dynamodb.SequenceNumber)),
          onDiscard: (discarded) => this.discard(discarded),
          onFailure: (records, error) => this.publish("warn", "stream batch failed", records, { error }),
          onAttempt: (records) => this.recordAge(records),
        }),
    );
    this.reading ??= this.read();
  }

  /** Stops reading and waits for the batches at work. */
  async stop(): Promise<void> {
    this.aborted.abort();
    this.settings.access.stop();
    this.roomMade?.();
    await this.reading;
    await Promise.all(this.lanes.map((lane) => lane.ended()));
    this.settings.checkpoint.close();
  }

  private async read(): Promise<void> {
    const { definition, tableStreams, checkpoint, access } = this.settings;
    const { signal } = this.aborted;
    const room = definition.batchSize * definition.parallelizationFactor;
    const from = this.startingPoint();
    const reader = tableStreams.open(definition.sourceArn, { from: from.position });
    checkpoint.begin();
    const backoff = new Backoff(this.settings.clock, this.settings.firstBackoffMs, 30_000);
    while (!signal.aborted) {
      try {
        access.require();
        const records = await reader.next(room, access.signal);
        backoff.reset();
        this.take(records.filter((record) => record.dynamodb.ApproximateCreationDateTime >= from.notBefore));
      } catch (error) {
        if (signal.aborted) return;
        this.publish("error", "stream unreadable", [], { error: String(error) });
        await backoff.wait(access.signal);
      }
      while (this.progress.outstanding > 2 * room && !signal.aborted)
        await new Promise<void>((resolve) => {
          this.roomMade = resolve;
        });
    }
  }

  /** `notBefore`, in epoch seconds, leaves out what was written before a mapping with LATEST was first started. */
  private startingPoint(): {
    readonly position: "TRIM_HORIZON" | "LATEST" | { readonly after: string };
    readonly notBefore: number;
  } {
    const { definition, checkpoint, tableStreams } = this.settings;
    const { restored } = checkpoint;
    if (restored === undefined) return { position: definition.startingPosition, notBefore: 0 };
    if (restored.after === null) {
      const notBefore = definition.startingPosition === "LATEST" ? Math.floor(restored.startedAt / 1000) : 0;
      return { position: "TRIM_HORIZON", notBefore };
    }
    const after = { after: restored.after };
    const end = tableStreams.positionFrom(definition.sourceArn, "LATEST");
    if (tableStreams.positionFrom(definition.sourceArn, after) <= end) return { position: after, notBefore: 0 };
    this.publish("warn", "stream began anew", [], { checkpoint: restored.after });
    return { position: "TRIM_HORIZON", notBefore: 0 };
  }

  private take(records: readonly StreamRecord[]): void {
    const passedOver: string[] = [];
    for (const record of records) {
      const { SequenceNumber, Keys } = record.dynamodb;
      this.progress.add(SequenceNumber);
      if (this.filter.matchesRecord(record)) this.laneOf(Keys)?.add({ record, json: JSON.stringify(record) });
      else passedOver.push(SequenceNumber);
    }
    if (passedOver.length > 0) this.done(passedOver);
  }

  /** Records of one item stay in order: they are all in one lane. */
  private laneOf(keys: StreamRecord["dynamodb"]["Keys"]): StreamLane | undefined {
    if (this.lanes.length === 1) return this.lanes[0];
    const hash = createHash("md5").update(JSON.stringify(keys)).digest().readUInt32BE();
    return this.lanes[hash % this.lanes.length];
  }

  private done(sequenceNumbers: readonly string[]): void {
    const checkpoint = this.progress.done(sequenceNumbers);
    if (checkpoint !== undefined) this.settings.checkpoint.moveTo(checkpoint);
    this.roomMade?.();
  }

  private async discard({ condition, records, invokeCount, invocation }: Discarded): Promise<void> {
    const { definition, target, calls, tableStreams } = this.settings;
    const { arn, name, roleArn } = target.definition;
    const destination = definition.onFailure;
    if (destination === undefined) return this.publish("error", "stream records dropped", records, { condition });
    const principal: Principal = { kind: "role", roleArn, actor: name };
    try {
      await sendDiscardedRecords(calls, principal, destination, {
        mappingId: definition.id,
        functionArn: arn,
        streamArn: definition.sourceArn,
        shardId: tableStreams.shards(definition.sourceArn)[0]?.shardId ?? "shardId-00000000000000000000-00000000",
        condition,
        invokeCount,
        records: records.map(({ record }) => record),
        ...(invocation !== undefined && { invocation }),
      });
      this.publish("warn", "sent to on-failure destination", records, { condition, destination });
    } catch (error) {
      calls.recordMetric("AWS/Lambda", "DestinationDeliveryFailures", { FunctionName: name }, 1, "Count");
      this.publish("error", "destination unreachable", records, { condition, destination, error: String(error) });
    }
  }

  private recordAge(records: readonly LaneRecord[]): void {
    const last = records.at(-1)?.record.dynamodb.ApproximateCreationDateTime;
    if (last === undefined) return;
    const dimensions = { FunctionName: this.settings.target.definition.name };
    const { clock } = this.settings;
    const age = Math.max(0, clock.now() - clock.at(last * 1000));
    this.settings.calls.recordMetric("AWS/Lambda", "IteratorAge", dimensions, age, "Milliseconds");
  }

  private publish(level: "warn" | "error", what: string, records: readonly LaneRecord[], detail: object): void {
    const { events, definition, target } = this.settings;
    const sequenceNumbers = records.map(({ record }) => record.dynamodb.SequenceNumber);
    const full = { source: definition.sourceArn, ...(records.length > 0 && { sequenceNumbers }), ...detail };
    events.publish({ level, resource: target.definition.name, what, detail: full });
  }
}
