import { type Command, InvalidArgumentError } from "commander";
import { CommandError } from "../command-error";
import type { ReplayOptions } from "../replay-events";
import type { UseSession } from "../session";
import { seconds } from "./seconds";

const notes = `
Needs AWS credentials on a deployed stack. Times are ISO 8601: 2026-11-26T09:00Z. EventBridge replays to rules and not by a
pattern of its own: --rule orders-placed lets OrderPlaced through, and with it sets open orders going again; without a rule
partners get every event a second time, under the id that it had. The archive has an event about ten minutes after the bus.
Exit code 1 when the replay fails or has not ended in time.

Example:
  orders replay --from 2026-11-26T09:00Z --to 2026-11-26T10:00Z --rule orders-placed`;

const moment = (text: string): Date => {
  const date = new Date(text);
  if (/^\d{4}-\d\d-\d\d(T.*(Z|[+-]\d\d:?\d\d))?$/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("It must be a time such as 2026-11-26T09:00Z, with its zone.");
};

const collect = (name: string, names: readonly string[] = []): readonly string[] => [...names, name];

export const replayCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("replay")
    .description("publish archived events of a period to the bus again")
    .requiredOption("--from <time>", "the first moment", moment)
    .requiredOption("--to <time>", "the moment after the last", moment)
    .option("--rule <name>", "only to this rule, by its name in the program; may be repeated (default: all)", collect)
    .option("--timeout <seconds>", "wait for the end", seconds, 600)
    .addHelpText("after", notes)
    .action(({ rule = [], ...options }: Omit<ReplayOptions, "rule"> & Partial<ReplayOptions>) => {
      if (options.from >= options.to) throw new CommandError("--from must be before --to.", 2);
      return inSession(async ({ target, output }) => {
        // The SDK takes a quarter of a second to load; import() would not find TypeScript. The cast is the module's own type.
        const { replayEvents } = require("../replay-events") as typeof import("../replay-events");
        output.one(await replayEvents(target, { ...options, rule }));
      });
    });
