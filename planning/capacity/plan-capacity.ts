import type { WorkCounts } from "../cost/work-counts";
import { declaredStack } from "../declared-stack";
import type { CapacityReport } from "./capacity-report";
import { declaredLimits } from "./declared-limits";
import { type CapacityDemand, hops } from "./hops";
import { type BurstShape, simulateBurst } from "./simulate-burst";

/** What a rate of orders comes to on a stack as it is declared. */
export async function planCapacity(
  stack: string,
  settings: Readonly<Record<string, string>>,
  counts: WorkCounts,
  demand: CapacityDemand,
  shape: BurstShape,
): Promise<CapacityReport> {
  const limits = declaredLimits(await declaredStack(stack, settings));
  return {
    stack,
    demand,
    hops: hops(limits, counts, demand),
    shape,
    burst: simulateBurst(limits, counts, demand, shape),
  };
}
