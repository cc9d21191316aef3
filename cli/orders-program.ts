import { Command } from "commander";
import { cancelCommand } from "./commands/cancel-command";
import { dlqCommand } from "./commands/dlq-command";
import { getCommand } from "./commands/get-command";
import { importCommand } from "./commands/import-command";
import { listCommand } from "./commands/list-command";
import { placeCommand } from "./commands/place-command";
import { publishCommand } from "./commands/publish-command";
import { replayCommand } from "./commands/replay-command";
import { schemaCommand } from "./commands/schema-command";
import { smokeCommand } from "./commands/smoke-command";
import { tokenCommand } from "./commands/token-command";
import { traceCommand } from "./commands/trace-command";
import { watchCommand } from "./commands/watch-command";
import { inSession, type SessionOptions, type UseSession } from "./session";

/** In the order of the help. */
const commands = [
  placeCommand,
  getCommand,
  listCommand,
  watchCommand,
  traceCommand,
  cancelCommand,
  publishCommand,
  importCommand,
  dlqCommand,
  replayCommand,
  smokeCommand,
  tokenCommand,
  schemaCommand,
];

/** The command line `orders`. It throws CommanderError for what commander has said itself, help included. */
export function ordersProgram(): Command {
  const program = new Command("orders")
    .description("Places orders and follows them: on the running local host, or on a deployed stack.")
    .option("--stack <name>", "a deployed stack, by `pulumi stack output` (default: the local host)")
    .option("--data-dir <folder>", "folder of the local host", ".local")
    .option(
      "--token <token>",
      "access token (default: ORDERS_TOKEN, the local host's, or one for ORDERS_CLIENT_SECRET)",
    )
    .option("--json", "JSON also on a terminal")
    .addHelpText("after", "\nExit codes: 0 done, 1 refused or failed, 2 the command line is wrong.")
    .showHelpAfterError("See orders --help.")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const useSession: UseSession = (work) => inSession(program.opts<SessionOptions>(), work);
  for (const add of commands) {
    const command = add(program, useSession);
    command.showHelpAfterError(`See orders ${command.name()} --help.`);
    for (const inner of command.commands) {
      inner.showHelpAfterError(`See orders ${command.name()} ${inner.name()} --help.`);
    }
  }
  return program;
}
