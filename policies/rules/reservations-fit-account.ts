import type { StackRule } from "../rule";
import { stackNumber } from "../stack-settings";

/**
 * Lambda refuses a reservation that leaves less than this to functions without one. The program checks its own reservations
 * as well (components/reservations.ts); policies judge any program, so they share no code with this one.
 */
const unreserved = 100;

/** Lambda's default quota of concurrent executions in a region. */
const defaultLimit = 1_000;

export const reservationsFitAccount: StackRule = {
  name: "reservations-fit-account",
  area: "Operated",
  reason:
    "An account has 1,000 concurrent executions in a region, a new one 10, and 100 of them cannot be reserved: what asks for more fails in the middle of a deployment.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
  fix: "Reserve less, or have AWS raise the quota and say so in the stack's setting accountConcurrency.",
  severity: "high",
  checkStack: (stack) => {
    const reserving = stack
      .of("aws:lambda/function:Function")
      .map((resource) => ({ resource, reserved: resource.properties["reservedConcurrentExecutions"] }))
      // -1 means no reservation.
      .filter((it): it is typeof it & { reserved: number } => typeof it.reserved === "number" && it.reserved > 0);
    const sum = reserving.reduce((total, { reserved }) => total + reserved, 0);
    const limit = stackNumber("accountConcurrency") ?? defaultLimit;
    // Reported at the function that reserves most.
    const [most] = reserving.toSorted((a, b) => b.reserved - a.reserved);
    if (most === undefined || sum + unreserved <= limit) return [];
    const each = reserving.map(({ resource, reserved }) => `${resource.label} ${reserved}`).join(", ");
    return [
      {
        resource: most.resource,
        message: `the stack's functions reserve ${sum} concurrent executions (${each}), and the account has ${Math.max(0, limit - unreserved)} to reserve: ${limit} less the ${unreserved} that stay unreserved. Reserve less, or set accountConcurrency to the account's quota.`,
      },
    ];
  },
};
