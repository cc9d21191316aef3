import { statSync, writeFileSync } from "node:fs";

/** Overwrites a file, in its length, with what nobody wrote there. */
export function garble(file: string): void {
  const { size } = statSync(file);
  writeFileSync(file, "garbage ".repeat(Math.ceil(size / 8)).slice(0, Math.max(size, 16)));
}
