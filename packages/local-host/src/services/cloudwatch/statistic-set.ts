/** Width of a percentile's bucket: values within 1% of each other count as one. */
const PRECISION = Math.log(1.01);

/** Statistics that a period of data can be asked for, percentiles as `p99` or `p99.9`. */
export const isStatistic = (name: string): boolean =>
  ["Sum", "Average", "Minimum", "Maximum", "SampleCount"].includes(name) || percentileOf(name) !== undefined;

const percentileOf = (name: string): number | undefined => {
  const [, digits] = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits) / 100;
};

/** Data points summed up, with enough of their distribution for percentiles. */
export class StatisticSet {
  private count = 0;
  private sum = 0;
  private minimum = Number.POSITIVE_INFINITY;
  private maximum = Number.NEGATIVE_INFINITY;
  private readonly histogram = new Map<number, number>();

  add(value: number, count = 1): void {
    this.addStatistics({ count, sum: value * count, minimum: value, maximum: value });
    const bucket = bucketOf(value);
    this.histogram.set(bucket, (this.histogram.get(bucket) ?? 0) + count);
  }

  /** Adds what a caller has summed up already; such data has no percentiles. */
  addStatistics(set: { count: number; sum: number; minimum: number; maximum: number }): void {
    this.count += set.count;
    this.sum += set.sum;
    this.minimum = Math.min(this.minimum, set.minimum);
    this.maximum = Math.max(this.maximum, set.maximum);
  }

  merge(other: StatisticSet): void {
    const { count, sum, minimum, maximum } = other;
    this.addStatistics({ count, sum, minimum, maximum });
    for (const [bucket, times] of other.histogram)
      this.histogram.set(bucket, (this.histogram.get(bucket) ?? 0) + times);
  }

  /** Undefined without data. */
  value(statistic: string): number | undefined {
    if (this.count === 0) return undefined;
    switch (statistic) {
      case "Sum":
        return this.sum;
      case "Average":
        return this.sum / this.count;
      case "Minimum":
        return this.minimum;
      case "Maximum":
        return this.maximum;
      case "SampleCount":
        return this.count;
      default:
        return this.percentile(percentileOf(statistic) ?? Number.NaN);
    }
  }

  private percentile(fraction: number): number | undefined {
    const buckets = [...this.histogram].sort(([left], [right]) => left - right);
    const total = buckets.reduce((sum, [, count]) => sum + count, 0);
    if (fraction === 1) return this.maximum;
    let seen = 0;
    for (const [bucket, count] of buckets) {
      seen += count;
      if (seen >= fraction * total) return Math.min(Math.max(middleOf(bucket), this.minimum), this.maximum);
    }
    return undefined;
  }
}

/** Zero is bucket 0; the others are spaced by their logarithm, far enough from 0 for values down to 1e-9. */
const OFFSET = Math.ceil(Math.log(1e9) / PRECISION) + 1;

const bucketOf = (value: number): number => {
  if (Math.abs(value) < 1e-9) return 0;
  return Math.sign(value) * (Math.round(Math.log(Math.abs(value)) / PRECISION) + OFFSET);
};

const middleOf = (bucket: number): number =>
  bucket === 0 ? 0 : Math.sign(bucket) * Math.exp((Math.abs(bucket) - OFFSET) * PRECISION);
