/** What is measured in each run, and watched by an alarm and the dashboard. */
export interface OpenOrderMeasures {
  /** Orders that have been open for longer than the limit. */
  readonly OpenOrdersBeyondLimit: number;
  /** Seconds since the oldest of them was placed; 0 when there are none. */
  readonly OldestOpenOrderAge: number;
  /** Those of them that are not set going any more: a person has to look. */
  readonly OpenOrdersLeft: number;
}

export interface OpenOrderGauges {
  publish(measures: OpenOrderMeasures): Promise<void>;
}
