import { vi } from "vitest";

/**
 * Resolves with what `condition` returns once it no longer throws. The time it has (milliseconds) is for a machine
 * busy with other suites, not a claim about speed: a test that holds goes on at once.
 *
 * @throws what `condition` threw last, when the time is up.
 */
export const eventually = <T>(condition: () => T | Promise<T>, timeout = 30_000): Promise<T> =>
  vi.waitFor(condition, { timeout, interval: 50 });
