import type { ResourceGraph } from "../../kernel/program/resource-graph";
import { functionType } from "./resource-types";

/** Lambda's quota "Concurrent executions" of an account in a region, unless AWS has raised or lowered it. */
export const usualConcurrency = 1_000;

/** What stays for functions without a reservation: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const unreserved = 100;

/** @throws Error, with Lambda's words, when the functions reserve more than an account of that quota must give */
export const assertReservationsFit = (graph: ResourceGraph, quota: number): void => {
  const reserving = functionType.in(graph).flatMap((node) => {
    const { reservedConcurrentExecutions: reserved = -1 } = functionType.read(node);
    return reserved > 0 ? [{ node, reserved }] : [];
  });
  let sum = 0;
  for (const { node, reserved } of reserving) {
    sum += reserved;
    if (sum + unreserved <= quota) continue;
    throw new Error(
      `${node.urn}: Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreserved}]. ` +
        `Up to this one the functions reserve ${sum}, and the account has ${quota} concurrent executions; --lambda-concurrency says how many yours has.`,
    );
  }
};
