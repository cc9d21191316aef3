import * as pulumi from "@pulumi/pulumi";

/**
 * Whether the stack's own configuration turns a setting on, in whatever namespace: `order-pipeline:protect: true`.
 * The engine hands the stack's configuration to a policy pack.
 */
export const stackAsksFor = (setting: "customerManagedKey" | "protect"): boolean =>
  Object.entries(pulumi.runtime.allConfig()).some(([key, value]) => key.endsWith(`:${setting}`) && value === "true");

/** A number that the stack's own configuration sets, in whatever namespace; undefined when it does not. */
export const stackNumber = (setting: "accountConcurrency"): number | undefined => {
  const set = Object.entries(pulumi.runtime.allConfig()).find(([key]) => key.endsWith(`:${setting}`))?.[1];
  return set === undefined || !/^\d+$/.test(set) ? undefined : Number(set);
};
