import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { CommandError } from "../command-error";
import { type DeadLetter, shownLetter } from "./dead-letter";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { isMeant, type LetterFilter } from "./letter-filter";

/**
 * Deletes messages, each only when the file has it: a line of JSON with all of it, so that it can be sent again. Throws
 * CommandError when there is such a file already.
 */
export async function dropLetters(queue: DeadLetterQueue, filter: LetterFilter, file: string): Promise<number> {
  const kept = newFile(file);
  const untouched: DeadLetter[] = [];
  let dropped = 0;
  try {
    for await (const letters of queue.receive()) {
      for (const letter of letters) {
        if (!isMeant(filter, letter)) {
          untouched.push(letter);
          continue;
        }
        const { message: _, ...shown } = shownLetter(letter);
        writeSync(
          kept,
          `${JSON.stringify({ queue: queue.name, ...shown, body: letter.body, attributes: letter.attributes })}\n`,
        );
        fsyncSync(kept);
        await queue.delete(letter);
        dropped += 1;
      }
    }
  } finally {
    closeSync(kept);
    await queue.release(untouched);
  }
  return dropped;
}

function newFile(file: string): number {
  try {
    return openSync(file, "wx");
  } catch (error) {
    const code = String(Object(error).code);
    if (code === "EEXIST") throw new CommandError(`${file} is there already. --keep must name a new file.`, 2);
    throw new CommandError(`${file} cannot be written (${code}). --keep must name a new file.`, 2);
  }
}
