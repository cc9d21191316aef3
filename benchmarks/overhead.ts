/** What measuring and logging cost per order, on a host of its own: `npm run overhead`. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { OrdersClient } from "../cli/orders-client";
import { HostProcess } from "../demo/host-process";
import { OrderHistory } from "../demo/order-history";
import { runCommand } from "../planning/command-line";
import { log } from "../runtime/lambda/log";
import { recordBy } from "../runtime/orders/record-metrics";

const help = `Places orders on a host of its own and says what they leave in the logs, what writing that takes, and what it costs on AWS.

Usage: npm run overhead [-- --orders 300]
`;

const kinds = ["outcomes", "metrics", "access log", "workflow log", "Lambda's own"] as const;

type Kind = (typeof kinds)[number];

/** CloudWatch counts these for each event besides its text. https://aws.amazon.com/cloudwatch/pricing/ */
const bytesOfEvent = 26;

/** USD in us-east-1: for each GB that is written to CloudWatch Logs. */
const pricePerGigabyte = 0.5;

/** Each line of the host's files begins with its time, which is not part of the event. */
const stampLength = "2026-11-26T10:00:00.000Z ".length;

const kindOf = (file: string, line: string): Kind => {
  if (file.includes("http-apis")) return "access log";
  if (file.includes("states")) return "workflow log";
  if (line.includes('"_aws"')) return "metrics";
  return line.includes('"level":') ? "outcomes" : "Lambda's own";
};

const round = (value: number, digits = 0): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** Lines and bytes of each kind that the host has logged. */
function logged(folder: string): Readonly<Record<Kind, { lines: number; bytes: number }>> {
  const found = Object.fromEntries(kinds.map((kind) => [kind, { lines: 0, bytes: 0 }])) as Record<
    Kind, // of the keys above
    { lines: number; bytes: number }
  >;
  for (const file of readdirSync(join(folder, "logs"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".log")) continue;
    for (const line of readFileSync(join(folder, "logs", file), "utf8")
      .split("\n")
      .filter(Boolean)) {
      const entry = found[kindOf(file, line)];
      entry.lines += 1;
      entry.bytes += Buffer.byteLength(line) - stampLength + bytesOfEvent;
    }
  }
  return found;
}

/** Writes lines as a function does, to the pipe that its process has as standard output; microseconds of each. */
function writeLines(times: number): Readonly<Record<"outcomes" | "metrics", number>> {
  const order = {
    order_id: "01a1fd7c-c448-7575-9465-3ea5c30c7eec",
    customer_hash: "a94a8fe5ccb19ba6",
    event_id: "e:1",
  };
  const perLine = (write: () => void): number => {
    for (let time = 0; time < times / 10; time += 1) write();
    const begun = performance.now();
    for (let time = 0; time < times; time += 1) write();
    return ((performance.now() - begun) / times) * 1_000;
  };
  return {
    outcomes: perLine(() => log.info(order, "order placed")),
    metrics: perLine(() => recordBy("OrdersReceived", { Channel: "api" })),
  };
}

/** The same in a process of its own, whose output somebody reads. */
async function microsecondsOfLines(): Promise<ReturnType<typeof writeLines>> {
  const child = spawn(process.execPath, [...process.execArgv, __filename, "--write-lines"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.resume();
  let heard = "";
  child.stderr.on("data", (text: Buffer) => {
    heard += text.toString();
  });
  await new Promise((settle) => child.once("close", settle));
  // Written below by this very file.
  return JSON.parse(heard) as ReturnType<typeof writeLines>;
}

async function placeAndFollow(host: HostProcess, count: number): Promise<void> {
  const orders = new OrdersClient(host.api, host.token);
  const history = new OrderHistory(host.awsEndpoint, host.output("orders_table"));
  await history.open();
  for (let placed = 0; placed < count; placed += 10) {
    const answers = await Promise.all(
      Array.from({ length: Math.min(10, count - placed) }, () =>
        orders.place({ customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] }),
      ),
    );
    const ids = answers.map(({ body }) => String(body["order_id"]));
    const ends = await Promise.all(ids.map(async (id) => (await history.ofOrder(id)).at(-1)?.status));
    const lost = ends.filter((status) => status !== "SHIPPED");
    if (lost.length > 0) throw new Error(`${lost.length} orders were not shipped: ${lost.join(", ")}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      orders: { type: "string", default: "300" },
      "write-lines": { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) return void process.stdout.write(help);
  if (values["write-lines"] === true) return void process.stderr.write(JSON.stringify(writeLines(20_000)));
  const count = Number(values.orders);
  const folder = mkdtempSync(join(tmpdir(), "order-pipeline-overhead-"));
  const host = await HostProcess.start({ folder });
  try {
    await placeAndFollow(host, count);
  } finally {
    await host.end("SIGINT");
  }
  const found = logged(folder);
  rmSync(folder, { recursive: true, force: true });
  const microseconds = await microsecondsOfLines();
  const perOrder = Object.fromEntries(
    Object.entries(found).map(([kind, { lines, bytes }]) => [
      kind,
      {
        lines: round(lines / count, 2),
        bytes: round(bytes / count),
        usd_per_million: round((bytes / count) * 1e6 * (pricePerGigabyte / 1e9), 2),
      },
    ]),
  );
  const bytes = Object.values(found).reduce((sum, each) => sum + each.bytes, 0) / count;
  const milliseconds =
    (found.outcomes.lines * microseconds.outcomes + found.metrics.lines * microseconds.metrics) / count / 1_000;
  const result = {
    orders: count,
    per_order: perOrder,
    bytes_per_order: round(bytes),
    microseconds_of_a_line: { outcomes: round(microseconds.outcomes, 1), metrics: round(microseconds.metrics, 1) },
    milliseconds_per_order: round(milliseconds, 3),
    usd_per_million_orders: round(bytes * 1e6 * (pricePerGigabyte / 1e9), 2),
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

runCommand(main());
