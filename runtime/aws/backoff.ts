import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds. */
const firstPause = 50;
const longestPause = 1_000;

/** Waits before retry number `attempt` (from 1): exponential, with full jitter, so that callers spread out. */
export const backoff = (attempt: number): Promise<void> =>
  pause(Math.random() * Math.min(longestPause, firstPause * 2 ** attempt));
