import { setTimeout as pause } from "node:timers/promises";
import { CommandError } from "../command-error";

const pollMs = 500;

/** Asks until there is an answer. Throws CommandError, which says what was waited for, when there is none in time. */
export async function until<Found>(
  deadline: number,
  what: () => string,
  ask: () => Promise<Found | undefined>,
): Promise<Found> {
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new CommandError(what());
    await pause(pollMs);
  }
}
