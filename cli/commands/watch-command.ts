import type { Command } from "commander";
import type { UseSession } from "../session";
import { watchOrder } from "../watch-order";
import { seconds } from "./seconds";

const notes = `
Exit code 0 whatever the end is; 1 when there is no such order, or it has not ended in time.

Example:
  orders watch 01a1fd7c-c448-7575-9465-3ea5c30c7eec`;

export const watchCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("watch <order_id>")
    .description("follow an order to its end; a JSON line for each change on a pipe")
    .option("--timeout <seconds>", "give up after", seconds, 60)
    .addHelpText("after", notes)
    .action((orderId: string, { timeout }: { readonly timeout: number }) =>
      inSession(async ({ orders, output }) => watchOrder(await orders(), orderId, output, timeout)),
    );
