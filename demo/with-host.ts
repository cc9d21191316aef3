import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { HostProcess } from "./host-process";

/**
 * Does something on a host with a folder of its own. Both are gone afterwards, also when this process is told to stop in
 * the midst of it: only a host that prints something would notice by itself that nobody listens any more.
 *
 * @param name of what needs the host, for the folder
 */
export async function withHost<Result>(name: string, work: (host: HostProcess) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), `order-pipeline-${name}-`));
  const starting = HostProcess.start({ folder });
  const end = async (): Promise<void> => {
    // What did not start has ended.
    const host = await starting.catch(() => undefined);
    await host?.end("SIGINT");
    rmSync(folder, { recursive: true, force: true });
  };
  const stop = (signal: "SIGINT" | "SIGTERM"): void =>
    void end().finally(() => process.exit(128 + constants.signals[signal]));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    return await work(await starting);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await end();
  }
}
