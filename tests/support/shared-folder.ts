import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives each run a temporary folder of its own: all its test files find there what is dear to make and only read, and
 * whatever tests and what they start leave in it is removed when the run ends. What a user's own Node.js runs is given no more
 * than Node.js 20 has.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "order-pipeline-tests-"));
  process.env["TMPDIR"] = folder;
  process.env["NODE_OPTIONS"] = `--require=${JSON.stringify(join(__dirname, "as-node-20.cjs"))}`;
  return () => rmSync(folder, { recursive: true, force: true });
}
