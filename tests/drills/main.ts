/** Measures each drill on a host of its own: `npm run drills`. */
import { parseArgs } from "node:util";
import { runCommand } from "../../planning/command-line";
import { OperatedHost } from "../support/operated-host";
import { drills, fileDrill } from "./drills";
import { onHost, runDrill } from "./run-drill";

const help = `Breaks the pipeline on a host of its own in each way that docs/operations.md tells of, and puts it right again.
A line of JSON for each: seconds of the host's clock until the first alarm is on, seconds of the machine's from the end of the cause
until every order is shipped. Exit code 1 when an order is lost.

Usage: npm run drills
`;

const rounded = (seconds: number | undefined): number | null =>
  seconds === undefined ? null : Math.round(seconds * 10) / 10;

const line = (result: object): void => void process.stdout.write(`${JSON.stringify(result)}\n`);

async function measureFile(host: OperatedHost): Promise<void> {
  await host.beginPeriod();
  const { mend } = await fileDrill.begin(host, "late.csv");
  await mend();
  const mended = Date.now();
  for (const command of fileDrill.heal(host, new Date())) await onHost(host, command);
  await host.until("the file has its report", async () => (await host.drop.report("late.csv")) !== undefined);
  line({
    drill: fileDrill.what,
    alarm: fileDrill.alarm,
    // Ten tries whose pauses add up to 12,300 seconds: the clock is put forward by more.
    seconds_until_alarm: null,
    seconds_until_healed: rounded((Date.now() - mended) / 1_000),
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  const host = await OperatedHost.start();
  let lost = 0;
  try {
    for (const drill of drills) {
      const { secondsUntilAlarm, secondsUntilHealed, histories } = await runDrill(host, drill);
      const notShipped = histories.filter((history) => history.at(-1) !== "SHIPPED").length;
      lost += notShipped;
      line({
        drill: drill.what,
        alarm: drill.alarm ?? null,
        seconds_until_alarm: rounded(secondsUntilAlarm),
        seconds_until_healed: rounded(secondsUntilHealed),
        orders: histories.length,
        lost: notShipped,
      });
    }
    await measureFile(host);
  } finally {
    await host.end();
  }
  return lost === 0 ? 0 : 1;
}

runCommand(main());
