import { StatisticSet } from "./statistic-set";

export type Dimensions = Readonly<Record<string, string>>;

/** A metric's full name: two with different dimensions are different metrics. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
}

/** Milliseconds of the finest period that data can be asked for. */
const RESOLUTION = 5_000;
/** Milliseconds that data is kept. */
const RETENTION = 3 * 3_600_000;
const MINUTE = 60_000;

interface Series {
  readonly identity: MetricIdentity;
  readonly key: string;
  /** By the time at which each 5 seconds begin. */
  readonly buckets: Map<number, StatisticSet>;
  unit: string | undefined;
}

const keyOf = ({ namespace, name, dimensions }: MetricIdentity): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1))]);

/** The last three hours of every metric, in memory. */
export class MetricStore {
  private readonly series = new Map<string, Series>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly now: () => number;
  private readonly timeOf: (machineTime: number) => number;

  /** @param timeOf what it was by `now` at a moment of the machine's time, in which functions stamp their data */
  constructor(now: () => number = Date.now, timeOf: (machineTime: number) => number = (time) => time) {
    this.now = now;
    this.timeOf = timeOf;
  }

  record(identity: MetricIdentity, value: number, options: { at?: number; unit?: string; count?: number } = {}): void {
    const series = this.seriesOf(identity, options.unit);
    bucketAt(series, options.at === undefined ? this.now() : this.timeOf(options.at)).add(value, options.count);
    this.heard(series);
  }

  recordStatistics(
    identity: MetricIdentity,
    set: { count: number; sum: number; minimum: number; maximum: number },
    options: { at?: number; unit?: string } = {},
  ): void {
    const series = this.seriesOf(identity, options.unit);
    bucketAt(series, options.at === undefined ? this.now() : this.timeOf(options.at)).addStatistics(set);
    this.heard(series);
  }

  /** A level that AWS samples once a minute: the minute has one data point, the last sample. */
  recordGauge(identity: MetricIdentity, value: number, unit?: string): void {
    const series = this.seriesOf(identity, unit);
    const sample = new StatisticSet();
    sample.add(value);
    series.buckets.set(Math.floor(this.now() / MINUTE) * MINUTE, sample);
    this.heard(series);
  }

  /** A statistic over one period; undefined when there is no data. Times in milliseconds since the epoch. */
  statistic(identity: MetricIdentity, statistic: string, start: number, end: number): number | undefined {
    const series = this.series.get(keyOf(identity));
    if (series === undefined) return undefined;
    const merged = new StatisticSet();
    for (let at = Math.floor(start / RESOLUTION) * RESOLUTION; at < end; at += RESOLUTION) {
      const bucket = series.buckets.get(at);
      if (bucket !== undefined) merged.merge(bucket);
    }
    return merged.value(statistic);
  }

  unitOf(identity: MetricIdentity): string | undefined {
    return this.series.get(keyOf(identity))?.unit;
  }

  metrics(): readonly MetricIdentity[] {
    return [...this.series.values()].map(({ identity }) => identity);
  }

  /** Calls back when one of some metrics has new data. Returns a function that stops it. */
  onData(identities: readonly MetricIdentity[], listener: () => void): () => void {
    const keys = identities.map(keyOf);
    for (const key of keys) {
      const listeners = this.listeners.get(key) ?? new Set();
      listeners.add(listener);
      this.listeners.set(key, listeners);
    }
    return () => {
      for (const key of keys) this.listeners.get(key)?.delete(listener);
    };
  }

  deleteExpired(): void {
    const oldest = this.now() - RETENTION;
    for (const [key, { buckets }] of this.series) {
      for (const at of buckets.keys()) if (at < oldest) buckets.delete(at);
      if (buckets.size === 0) this.series.delete(key);
    }
  }

  private seriesOf(identity: MetricIdentity, unit: string | undefined): Series {
    const key = keyOf(identity);
    let series = this.series.get(key);
    if (series === undefined) {
      series = { identity, key, buckets: new Map(), unit };
      this.series.set(key, series);
    }
    if (unit !== undefined) series.unit = unit;
    return series;
  }

  private heard({ key }: Series): void {
    for (const listener of this.listeners.get(key) ?? []) listener();
  }
}

const bucketAt = ({ buckets }: Series, time: number): StatisticSet => {
  const at = Math.floor(time / RESOLUTION) * RESOLUTION;
  let bucket = buckets.get(at);
  if (bucket === undefined) {
    bucket = new StatisticSet();
    buckets.set(at, bucket);
  }
  return bucket;
};
