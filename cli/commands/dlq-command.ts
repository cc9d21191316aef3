import { styleText } from "node:util";
import { type Command, InvalidArgumentError } from "commander";
import type { QueueSummary } from "../dead-letters/dead-letters";
import type { LetterFilter } from "../dead-letters/letter-filter";
import type { RedriveOptions } from "../dead-letters/redrive-queue";
import type { UseSession } from "../session";

/** The SDK and zod take as long to load as all else here; import() would not find TypeScript. The cast is the module's own type. */
const load = () => require("../dead-letters/dead-letters") as typeof import("../dead-letters/dead-letters");

const credentials = "Needs AWS credentials on a deployed stack. A message that is looked at is hidden for a moment.";

const wholeNumber =
  (max: number) =>
  (text: string): number => {
    if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  };

const withFilter = (command: Command): Command =>
  command
    .option("--order <id>", "only messages about this order")
    .option("--reason <reason>", "only messages with this reason, as dlq ls has it");

const columns = ["message_id", "order_id", "orders", "file", "reason", "detail", "receives", "since"];

/** A column that no row fills is left out. */
const filled = (rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
  columns.filter((column) => rows.some((row) => row[column] !== undefined));

export const dlqCommand = (program: Command, inSession: UseSession): Command => {
  const dlq = program
    .command("dlq")
    .description("inspect, redrive or drop dead letters")
    .addHelpText(
      "after",
      `
${credentials}
docs/operations.md says of every queue what its messages mean and what to do first.
Exit code of each command 1 when it could not do what was asked of all messages.

Example:
  orders dlq ls && orders dlq redrive orders-fulfilment-dlq --dry-run`,
    );
  listCommand(dlq, inSession);
  showCommand(dlq, inSession);
  redriveCommand(dlq, inSession);
  dropCommand(dlq, inSession);
  return dlq;
};

const listCommand = (dlq: Command, inSession: UseSession): Command =>
  dlq
    .command("ls")
    .description("list every dead-letter queue: messages, the oldest, how many for each reason")
    .addHelpText("after", `\n${credentials}\n\nExample:\n  orders dlq ls --stack prod`)
    .action(() =>
      inSession(async ({ target, output }) => {
        const queues = await load().listQueues(target);
        const rows = output.forPeople ? queues.map(forPeople) : queues.map((queue) => ({ ...queue }));
        output.lines(rows, ["queue", "messages", "oldest", "reasons"]);
      }),
    );

const forPeople = ({ messages, reasons, ...queue }: QueueSummary) => ({
  ...queue,
  messages: messages === 0 ? "0" : styleText("red", String(messages)),
  reasons: Object.entries(reasons)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", "),
});

const showCommand = (dlq: Command, inSession: UseSession): Command =>
  withFilter(dlq.command("show <queue>"))
    .description("show messages: about which order, for which reason, how often received; all of it on a pipe")
    .option("--limit <n>", "messages to look at", wholeNumber(1_000), 100)
    .addHelpText("after", `\n${credentials}\n\nExample:\n  orders dlq show orders-inbox-dlq --reason invalid_request`)
    .action((queue: string, { limit, ...filter }: LetterFilter & { readonly limit: number }) =>
      inSession(async ({ target, output }) => {
        const letters = await load().showLetters(target, queue, filter, limit);
        const rows = output.forPeople
          ? letters.map(({ orders, ...letter }) => ({ ...letter, orders: orders?.join(" ") }))
          : letters.map((letter) => ({ ...letter }));
        output.lines(rows, filled(rows));
      }),
    );

interface RedriveCommandOptions extends RedriveOptions {
  readonly dryRun?: boolean;
}

const redriveNotes = `
${credentials}
A message goes to the queue it came from, or to the one that EventBridge could not deliver it to. An event that the bus had
accepted and could not handle is put onto the bus again, once its key is enabled. The records of the relay are read from the
table's stream and told to the bus; with --order, an order is told of as it is now when no message names
it. To repeat it is safe: an order is neither placed nor paid twice.
Exit code 1 when messages that were meant are still there.

Example:
  orders dlq redrive orders-fulfilment-dlq --rate 10`;

const redriveCommand = (dlq: Command, inSession: UseSession): Command =>
  withFilter(dlq.command("redrive <queue>"))
    .description("send messages back to where they came from")
    .option("--rate <n>", "messages a second, 1 to 500 (default: as fast as possible)", wholeNumber(500))
    .option("--dry-run", "show which messages would be sent back")
    .addHelpText("after", redriveNotes)
    .action((queue: string, { dryRun, ...options }: RedriveCommandOptions) =>
      inSession(async ({ target, output }) => {
        if (dryRun === true) {
          const letters = await load().showLetters(target, queue, options, 1_000);
          const rows = letters.map(({ message: _, ...letter }) => ({ ...letter }));
          output.lines(rows, filled(rows));
          return;
        }
        const { redriven, kept, published } = await load().redrive(target, queue, options);
        output.one({ queue, redriven, kept: kept.length, ...(published === undefined ? {} : { published }) });
        for (const { message_id, because } of kept) output.note(`${message_id} is still there: ${because}.`);
        if (kept.length > 0) process.exitCode = 1;
      }),
    );

const dropNotes = `
${credentials}
The file has a line of JSON for each message, with all that is needed to send it again. Without it nothing is deleted.
Exit code 1 when messages could not be deleted, 2 when the file cannot be made or is there already.

Example:
  orders dlq drop orders-notifications-dlq --keep dropped.jsonl`;

const dropCommand = (dlq: Command, inSession: UseSession): Command =>
  withFilter(dlq.command("drop <queue>"))
    .description("delete messages, and keep them in a file")
    .requiredOption("--keep <file>", "a new file that keeps what is deleted")
    .addHelpText("after", dropNotes)
    .action((queue: string, { keep, ...filter }: LetterFilter & { readonly keep: string }) =>
      inSession(async ({ target, output }) => {
        const dropped = await load().drop(target, queue, filter, keep);
        output.one({ queue, dropped, kept_in: keep });
      }),
    );
