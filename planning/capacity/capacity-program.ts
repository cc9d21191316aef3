import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { Command } from "commander";
import { numberFrom, settingFrom } from "../command-line";
import { readWorkCounts } from "../cost/work-counts";
import { writeGenerated } from "../generated-part";
import { capacityDocument, generateCapacityDocument } from "./capacity-document";
import { burstPicture, jsonReport, markdownReport, terminalReport } from "./capacity-report";
import { planCapacity } from "./plan-capacity";

interface Options {
  readonly rate: number;
  readonly stack: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly serviceMilliseconds: number;
  readonly slower: number;
  readonly accountConcurrency: number;
  readonly rampSeconds: number;
  readonly holdSeconds: number;
  readonly plot?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly write?: boolean;
}

/** The command line of `npm run capacity`. It throws CommanderError for what commander has said itself, help included. */
export const capacityProgram = (): Command =>
  new Command("npm run capacity --")
    .description(
      "What a rate of orders needs at each hop of a stack, what the stack and AWS's quotas allow, and the outcome of a burst. No account is needed.",
    )
    .option(
      "--rate <number>",
      "orders a second, and requests at the height of the burst",
      numberFrom(1, 100_000),
      10_000,
    )
    .option("--stack <name>", "a stack, by its Pulumi.<name>.yaml", "prod")
    .option("--config <key=value>", "a setting in place of the stack file's; may be repeated", settingFrom)
    .option("--service-milliseconds <number>", "that payment takes, and shipping as well", numberFrom(1, 10_000), 300)
    .option("--slower <factor>", "how many times longer functions run than measured", numberFrom(0.1, 100), 1)
    .option("--account-concurrency <number>", "Lambda's quota of the account", numberFrom(10, 1_000_000), 1_000)
    .option("--ramp-seconds <number>", "from no request to the height", numberFrom(1, 3_600), 60)
    .option("--hold-seconds <number>", "for which the height lasts", numberFrom(0, 3_600), 60)
    .option("--plot <file>", "write the burst as a picture (SVG)")
    .option("--json", "JSON also on a terminal")
    .option("--markdown", "for a comment")
    .option("--write", "write the tables and pictures of docs/capacity.md")
    .addHelpText("after", "\nExit codes: 0 done, 1 failed, 2 the command line is wrong.")
    .showHelpAfterError("See npm run capacity -- --help.")
    .allowExcessArguments(false)
    .exitOverride()
    .action(run);

async function run(options: Options): Promise<void> {
  const counts = readWorkCounts();
  if (options.write === true) return write();
  const { stack, config = {}, rate, rampSeconds, holdSeconds } = options;
  const demand = { ...options, serviceSeconds: options.serviceMilliseconds / 1_000 };
  const report = await planCapacity(stack, config, counts, demand, { rate, rampSeconds, holdSeconds });
  if (options.plot !== undefined) writeFileSync(options.plot, burstPicture(report));
  if (options.markdown === true) process.stdout.write(`${markdownReport(report)}\n`);
  else if (options.json === true || process.stdout.isTTY !== true) {
    process.stdout.write(`${JSON.stringify(jsonReport(report), null, 2)}\n`);
  } else process.stdout.write(`${terminalReport(report)}\n`);
}

async function write(): Promise<void> {
  const { parts, pictures } = await generateCapacityDocument(readWorkCounts());
  const written = writeGenerated(capacityDocument, parts) ? [capacityDocument] : [];
  for (const [file, picture] of Object.entries(pictures)) {
    if (existsSync(file) && readFileSync(file, "utf8") === picture) continue;
    writeFileSync(file, picture);
    written.push(file);
  }
  const said = written.map((file) => relative(process.cwd(), file)).join("\n");
  process.stdout.write(`${said || "docs/capacity.md is up to date."}\n`);
}
