import { Command } from "commander";
import { withHost } from "../../demo/with-host";
import { numberFrom, settingFrom } from "../command-line";
import { declaredStack } from "../declared-stack";
import { writeGenerated } from "../generated-part";
import { billOf, type Demand, idleBill, usualDemand } from "./bill";
import { costChanges } from "./cost-changes";
import { costDocument, costDocumentParts } from "./cost-document";
import { jsonReport, markdownReport, terminalReport } from "./cost-report";
import { measureWork } from "./measure-work";
import { readWorkCounts, writeWorkCounts } from "./work-counts";

interface Options extends Demand {
  readonly stack: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly whatIf?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly measure?: boolean;
  readonly write?: boolean;
  readonly orders: number;
}

/** The command line of `npm run cost`. It throws CommanderError for what commander has said itself, help included. */
export const costProgram = (): Command =>
  new Command("npm run cost --")
    .description(
      "The monthly bill of a stack, from its resources, the AWS usage counted for an order, and AWS's prices. No account is needed.",
    )
    .option("--orders-per-day <number>", "orders a day", numberFrom(0, 1e9), usualDemand.ordersPerDay)
    .option("--stack <name>", "a stack, by its Pulumi.<name>.yaml", "prod")
    .option("--config <key=value>", "a setting in place of the stack file's; may be repeated", settingFrom)
    .option("--reads-per-order <number>", "GETs of each order", numberFrom(0, 10_000), usualDemand.readsPerOrder)
    .option("--tokens-per-day <number>", "access tokens asked for", numberFrom(0, 1e9), usualDemand.tokensPerDay)
    .option("--months-kept <number>", "months of orders in the table", numberFrom(0, 1_200), usualDemand.monthsKept)
    .option(
      "--service-milliseconds <number>",
      "that payment takes, and shipping as well",
      numberFrom(0, 55_000),
      usualDemand.serviceMilliseconds,
    )
    .option(
      "--slower <factor>",
      "how many times longer functions run than measured",
      numberFrom(0.1, 100),
      usualDemand.slower,
    )
    .option("--free-tiers", "deduct what AWS gives away each month", usualDemand.freeTiers)
    .option("--what-if", "also what changes it most; half a minute the first time")
    .option("--json", "JSON also on a terminal")
    .option("--markdown", "for a comment")
    .option("--measure", "count again, on a local host of its own, and write planning/cost/work-counts.json")
    .option("--orders <number>", "with --measure: orders to count", numberFrom(1, 10_000), 50)
    .option("--write", "write the tables of docs/cost.md")
    .addHelpText("after", "\nExit codes: 0 done, 1 failed, 2 the command line is wrong.")
    .showHelpAfterError("See npm run cost -- --help.")
    .allowExcessArguments(false)
    .exitOverride()
    .action(run);

async function run(options: Options): Promise<void> {
  if (options.measure === true) return measure(options.orders);
  const counts = readWorkCounts();
  if (options.write === true) {
    const changed = writeGenerated(costDocument, await costDocumentParts(counts));
    process.stdout.write(changed ? "docs/cost.md\n" : "docs/cost.md is up to date.\n");
    return;
  }
  const { stack, config = {} } = options;
  const graph = await declaredStack(stack, config);
  const report = {
    bill: billOf(graph, counts, options),
    idle: idleBill(graph, counts, options),
    counts,
    changes: options.whatIf === true ? await costChanges(stack, config, counts, options) : undefined,
  };
  if (options.markdown === true) process.stdout.write(`${markdownReport(report)}\n`);
  else if (options.json === true || process.stdout.isTTY !== true) {
    process.stdout.write(`${JSON.stringify(jsonReport(report), null, 2)}\n`);
  } else process.stdout.write(`${terminalReport(report)}\n`);
}

async function measure(orders: number): Promise<void> {
  await withHost("cost", async (host) => writeWorkCounts(await measureWork(host, await declaredStack("dev"), orders)));
  process.stdout.write("planning/cost/work-counts.json\n");
}
