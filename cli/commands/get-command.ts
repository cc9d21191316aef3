import type { Command } from "commander";
import { answered } from "../answered";
import type { UseSession } from "../session";

const notes = `
Exit code 1 when there is no such order.

Example:
  orders get 01a1fd7c-c448-7575-9465-3ea5c30c7eec`;

export const getCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("get <order_id>")
    .description("show an order")
    .addHelpText("after", notes)
    .action((orderId: string) =>
      inSession(async ({ orders, output }) => {
        const client = await orders();
        output.one(answered(await client.get(orderId), `get ${orderId}`));
      }),
    );
