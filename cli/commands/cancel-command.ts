import type { Command } from "commander";
import { answered } from "../answered";
import type { UseSession } from "../session";

const notes = `
Exit code 1 when it is too late for that, or there is no such order.

Example:
  orders cancel 01a1fd7c-c448-7575-9465-3ea5c30c7eec`;

export const cancelCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("cancel <order_id>")
    .description("cancel an order that is not paid yet")
    .addHelpText("after", notes)
    .action((orderId: string) =>
      inSession(async ({ orders, output }) => {
        const client = await orders();
        output.one(answered(await client.cancel(orderId), `cancel ${orderId}`));
      }),
    );
