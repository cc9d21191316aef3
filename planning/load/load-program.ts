import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { CommandError } from "../../cli/command-error";
import { onTarget } from "../../cli/session";
import { findTarget } from "../../cli/target";
import { HostProcess } from "../../demo/host-process";
import { numberFrom } from "../command-line";
import { htmlReport, picturesOf, summaryOf, textReport } from "./load-report";
import { arrivals, readShape, secondsOf, shapeNames } from "./load-shape";
import { runLoad } from "./run-load";

interface Options {
  readonly shape: string;
  readonly stack?: string;
  readonly dataDir?: string;
  readonly factor: number;
  readonly maxOrders: number;
  readonly patience: number;
  readonly report: string;
  readonly picture?: string;
  readonly json?: boolean;
}

/** Seconds that a shape may last. */
const longest = 3_600;

/** The command line of `npm run load`. It throws CommanderError for what commander has said itself, help included. */
export const loadProgram = (): Command =>
  new Command("npm run load --")
    .description(
      "Places orders in the shape of a day, follows each to its end, and writes a page about it. Without --stack on this machine alone: a local host of its own, or the running one of --data-dir.",
    )
    .option("--shape <name>", `${shapeNames().join(", ")}, or an artillery file`, "lunch-peak")
    .option("--stack <name>", "a deployed stack: its orders are real, and cost money")
    .option("--data-dir <folder>", "folder of a running local host, such as .local")
    .option("--factor <number>", "so many times the rates of the shape", numberFrom(0.01, 1_000), 1)
    .option("--max-orders <number>", "refuse a shape with more", numberFrom(1, 1_000_000), 10_000)
    .option("--patience <seconds>", "for the orders to end after the last request", numberFrom(1, 3_600), 120)
    .option("--report <file>", "where the page goes", "load-report.html")
    .option("--picture <file>", "the plots alone, as SVG")
    .option("--json", "JSON also on a terminal")
    .addHelpText(
      "after",
      "\nExit codes: 0 every accepted order ended, 1 one was lost, or it failed, 2 the command line is wrong.",
    )
    .showHelpAfterError("See npm run load -- --help.")
    .allowExcessArguments(false)
    .exitOverride()
    .action(run);

const isLoopback = (url: string): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);

async function run(options: Options): Promise<void> {
  const shape = readShape(options.shape);
  const count = arrivals(shape, options.factor).length;
  if (count > options.maxOrders || secondsOf(shape) > longest) {
    throw new CommandError(
      `The shape ${shape.name} has ${count} orders in ${secondsOf(shape)} s: --max-orders is ${options.maxOrders}, and ${longest} s are the most.`,
      2,
    );
  }
  const { target, where, end } = await startTarget(options);
  try {
    if (options.stack === undefined && !isLoopback(target.outputs.api_endpoint)) {
      throw new CommandError(
        `${target.outputs.api_endpoint} is not on this machine. Name the stack with --stack if it is meant.`,
      );
    }
    const progress = (text: string): void => void process.stderr.write(`${text}\n`);
    progress(`${shape.name}: ${count} orders in ${secondsOf(shape)} s on ${where}`);
    const { factor, patience } = options;
    const token = await target.token();
    const result = await onTarget(target, () => runLoad({ target, token, shape, factor, patience, progress }));
    const summary = summaryOf(result);
    writeFileSync(options.report, htmlReport(result, where));
    if (options.picture !== undefined) writeFileSync(options.picture, picturesOf(result));
    progress(`The page is ${options.report}.`);
    const inJson = options.json === true || process.stdout.isTTY !== true;
    process.stdout.write(`${inJson ? JSON.stringify(summary, null, 2) : textReport(summary)}\n`);
    const imported = summary.imported === undefined || summary.imported.accepted === summary.imported.rows;
    if (summary.lost > 0 || !imported) process.exitCode = 1;
  } finally {
    await end();
  }
}

async function startTarget({ stack, dataDir }: Options) {
  if (stack === undefined && dataDir === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "order-pipeline-load-"));
    const host = await HostProcess.start({ folder });
    return {
      target: await findTarget({ dataDir: folder }),
      where: "a local host of its own",
      end: async () => {
        await host.end("SIGINT");
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
  return {
    target: await findTarget({ dataDir: dataDir ?? ".local", ...(stack === undefined ? {} : { stack }) }),
    where: stack === undefined ? `the local host of ${dataDir}` : `the stack ${stack}`,
    end: async () => undefined,
  };
}
