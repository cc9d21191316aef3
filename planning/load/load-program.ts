import { accessSync, constants, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { CommandError } from "../../cli/command-error";
import { onTarget } from "../../cli/session";
import { findTarget } from "../../cli/target";
import { withHost } from "../../demo/with-host";
import { numberFrom } from "../command-line";
import { htmlReport, picturesOf, summaryOf, textReport } from "./load-report";
import { arrivals, type LoadShape, readShape, secondsOf, shapeNames } from "./load-shape";
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
  for (const file of [options.report, options.picture ?? options.report]) requireFolderOf(file);
  if (options.stack !== undefined || options.dataDir !== undefined) return loadOn(options, shape, options.dataDir);
  return withHost("load", ({ folder }) => loadOn(options, shape, folder, "a local host of its own"));
}

/** A page that cannot be written is known before the load, not after it. */
function requireFolderOf(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
}

async function loadOn(options: Options, shape: LoadShape, dataDir = ".local", name?: string): Promise<void> {
  const { stack, factor, patience } = options;
  const where = name ?? (stack === undefined ? `the local host of ${dataDir}` : `the stack ${stack}`);
  const target = await findTarget({ dataDir, ...(stack === undefined ? {} : { stack }) });
  const api = target.outputs.api_endpoint;
  if (stack === undefined && !isLoopback(api)) {
    throw new CommandError(`${api} is not on this machine. Name the stack with --stack if it is meant.`);
  }
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  progress(`${shape.name}: ${arrivals(shape, factor).length} orders in ${secondsOf(shape)} s on ${where}`);
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
}
