import type { WorkCounts } from "../cost/work-counts";
import type { DeclaredLimits } from "./declared-limits";
import { type CapacityDemand, hops } from "./hops";
import { type BurstSample, simulateFulfilment } from "./simulate-fulfilment";

export interface BurstShape {
  /** Requests a second at the height. */
  readonly rate: number;
  /** Seconds from none to the height, and for which it lasts. */
  readonly rampSeconds: number;
  readonly holdSeconds: number;
}

export interface SimulatedSecond {
  readonly second: number;
  readonly requests: number;
  readonly accepted: number;
  /** Answered with 429. */
  readonly refused: number;
}

export interface SimulatedBurst {
  readonly intake: readonly SimulatedSecond[];
  readonly fulfilment: readonly BurstSample[];
  readonly accepted: number;
  readonly refused: number;
  readonly deadLetters: number;
  /** Seconds from the end of the requests until the last order has ended. */
  readonly drainSeconds: number;
}

const requestsIn = (second: number, { rate, rampSeconds, holdSeconds }: BurstShape): number => {
  if (second >= rampSeconds + holdSeconds) return 0;
  return Math.round(second < rampSeconds ? (rate * (second + 1)) / rampSeconds : rate);
};

/** Hops that refuse what they cannot take; those behind the table let it wait. */
const refusing = new Set(["place-order", "orders table", "API, account"]);

/**
 * A burst of requests in virtual time: what the API takes, by its token bucket and by what stands behind it, and what becomes of
 * it in fulfilment. Repeatable.
 */
export function simulateBurst(
  limits: DeclaredLimits,
  counts: WorkCounts,
  demand: CapacityDemand,
  shape: BurstShape,
): SimulatedBurst {
  const most = Math.min(
    ...hops(limits, counts, demand)
      .filter(({ name }) => refusing.has(name))
      .map(({ ordersPerSecond }) => ordersPerSecond),
  );
  const end = shape.rampSeconds + shape.holdSeconds;
  let tokens = limits.apiBurst;
  const intake = Array.from({ length: end }, (_, second): SimulatedSecond => {
    const requests = requestsIn(second, shape);
    const accepted = Math.floor(Math.min(requests, tokens, most));
    tokens = Math.min(limits.apiBurst, tokens - accepted + limits.apiRate);
    return { second, requests, accepted, refused: requests - accepted };
  });
  const { samples, deadLetters, seconds } = simulateFulfilment({
    ...limits.fulfilment,
    placed: intake.map(({ accepted }) => accepted),
    paymentSeconds: demand.serviceSeconds,
  });
  const sum = (of: (each: SimulatedSecond) => number): number => intake.reduce((total, each) => total + of(each), 0);
  return {
    intake,
    fulfilment: samples,
    accepted: sum(({ accepted }) => accepted),
    refused: sum(({ refused }) => refused),
    deadLetters,
    drainSeconds: Math.max(0, seconds - end),
  };
}
