import type { Command } from "commander";
import { CommandError } from "../command-error";
import type { UseSession } from "../session";
import type { SmokeOptions } from "../smoke/smoke-test";
import { seconds } from "./seconds";

const notes = `
Orders by the API, by the topic and by a file, of the customer smoke-test: they are paid and shipped like any other, and stay.
A queue that hears what partners are told is made for the test and removed again, as are its objects in the bucket.
Needs AWS credentials on a deployed stack, such as those of the role order-pipeline-<stack>-smoke.
Exit code 1 when a check fails.

Example:
  orders smoke --stack dev
  orders smoke --stack prod --canary`;

/** After a first deployment the metrics take minutes: CloudWatch finds them in the log, and makes each when it first does. */
const patience = 300;

export const smokeCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("smoke")
    .description("place orders by API, topic and file, follow them to their end, and check events, metrics and alarms")
    .option("--canary", "one order by the API and its events only")
    .option("--payment-method <method>", "payment method of the orders, such as a test method of the payment service")
    .option("--timeout <seconds>", "how long all of it may take", seconds, patience)
    .addHelpText("after", notes)
    .action((options: SmokeOptions) =>
      inSession(async (session) => {
        // Loads four clients of the SDK, which the other commands do without. The cast is the module's own type.
        const { smokeTest } = require("../smoke/smoke-test") as typeof import("../smoke/smoke-test");
        const report = await smokeTest(session, options);
        if (!session.output.forPeople) session.output.one({ ...report });
        const failed = report.checks.filter(({ passed }) => !passed).map(({ check, detail }) => `${check}: ${detail}`);
        if (failed.length > 0) throw new CommandError(failed.join("\n"));
      }),
    );
