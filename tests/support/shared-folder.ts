import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives all test files of a run one folder, for what is dear to make and only read; removed when the run ends. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "order-pipeline-tests-"));
  process.env["TEST_RUN_FOLDER"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
