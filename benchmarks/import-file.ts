/** Imports one large file on a host of its own, killed once in the middle, and says how long it took: `npm run bench:import`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { FileDrop } from "../demo/file-drop";
import { HostProcess } from "../demo/host-process";
import { runCommand } from "../planning/command-line";

const help = `Imports a CSV file, kills the host once in the middle, and checks that every row became one order.

Usage: npm run bench:import [-- --rows 100000] [--no-kill] [--json]
`;

const rowOf = (number: number): string => `CUST-${number % 997},Item ${number},${(number % 9) + 1}\r\n`;

const csvOf = (rows: number): string => {
  const lines = Array.from({ length: rows }, (_, index) => rowOf(index + 2));
  return `customer_id,item,quantity\r\n${lines.join("")}`;
};

/** The most memory that import-file used, in MB, as it says itself when it is done. */
function peakMemory(folder: string): number {
  const log = readdirSync(join(folder, "logs")).find((name) => name.includes("import-file"));
  const text = log === undefined ? "" : readFileSync(join(folder, "logs", log), "utf8");
  return Math.max(0, ...[...text.matchAll(/"peak_memory_mb":(\d+)/g)].map(([, megabytes]) => Number(megabytes)));
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      rows: { type: "string", default: "100000" },
      kill: { type: "boolean", default: true },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  const rows = Number(values.rows);
  const folder = mkdtempSync(join(tmpdir(), "order-pipeline-import-"));
  let host = await HostProcess.start({ folder });
  try {
    let drop = new FileDrop(host);
    await drop.holdFulfilment();
    const begun = Date.now();
    await drop.put("large.csv", csvOf(rows));
    say(`${rows} rows dropped`);
    if (values.kill) {
      await drop.until(async () => (await drop.sent()) >= rows / 3);
      say(`SIGKILL after ${await drop.sent()} rows sent, ${seconds(Date.now() - begun)} s`);
      await host.end("SIGKILL");
      host = await HostProcess.start({ folder });
      drop = new FileDrop(host);
      await drop.holdFulfilment();
      say(`host is back after ${seconds(Date.now() - begun)} s`);
    }
    await drop.until(async () => (await drop.report("large.csv")) !== undefined);
    const reported = Date.now() - begun;
    say(`reported after ${seconds(reported)} s`);
    await drop.until(async () => {
      const waiting = await drop.waiting();
      say(`${waiting} orders wait in the inbox, ${seconds(Date.now() - begun)} s`);
      await pause(waiting > 1_000 ? 5_000 : 500);
      return waiting === 0;
    });
    const placed = Date.now() - begun;
    const keys = await drop.orderKeys();
    const distinct = new Set(keys.map((key) => key.replace(/^.*:/, "")));
    const lost = Array.from({ length: rows }, (_, index) => `row-${index + 2}`).filter((key) => !distinct.has(key));
    const result = {
      rows,
      orders: keys.length,
      lost: lost.length,
      doubled: keys.length - distinct.size,
      killed: values.kill,
      seconds_until_reported: seconds(reported),
      seconds_until_placed: seconds(placed),
      peak_memory_mb: peakMemory(folder),
      report: await drop.report("large.csv"),
    };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return result.lost === 0 && result.doubled === 0 && result.orders === rows ? 0 : 1;
  } finally {
    await host.end("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

runCommand(main());
