import { setTimeout as pause } from "node:timers/promises";

/** Gives a function that resolves at most so many times a second; without a rate, at once. */
export function pace(perSecond: number | undefined): () => Promise<void> {
  if (perSecond === undefined) return async () => undefined;
  let next = Date.now();
  return async () => {
    const wait = next - Date.now();
    next = Math.max(next, Date.now()) + 1_000 / perSecond;
    if (wait > 0) await pause(wait);
  };
}
