import type { Command } from "commander";
import { answered } from "../answered";
import { type OrderOptions, orderFromOptions } from "../order-from-options";
import type { UseSession } from "../session";
import { watchOrder } from "../watch-order";
import { withOrderOptions } from "./order-options";

interface PlaceOptions extends OrderOptions {
  readonly key?: string;
  readonly watch?: boolean;
}

const watchSeconds = 60;

const notes = `
Exit code 1 when the order is refused; with --watch also when it has not ended within ${watchSeconds} seconds.

Example:
  orders place --customer CUST-001 --item Laptop=2 --key basket-17 --watch`;

export const placeCommand = (program: Command, inSession: UseSession): Command =>
  withOrderOptions(program.command("place"))
    .description("place an order through the API")
    .option("--key <key>", "Idempotency-Key: makes it safe to repeat")
    .option("--watch", "follow the order to its end")
    .addHelpText("after", notes)
    .action(({ key, watch, ...options }: PlaceOptions) => {
      const order = orderFromOptions(options);
      return inSession(async ({ orders, output }) => {
        const client = await orders();
        const answer = await client.place(order, key === undefined ? {} : { key });
        const placed = answered(answer, "place");
        output.one(placed);
        if (answer.replayed) output.note(`This order was placed before under the key ${key}; there is no second one.`);
        if (watch === true) await watchOrder(client, String(placed["order_id"]), output, watchSeconds);
      });
    });
