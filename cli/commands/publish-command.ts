import type { Command } from "commander";
import { type OrderOptions, orderFromOptions } from "../order-from-options";
import type { UseSession } from "../session";
import { withOrderOptions } from "./order-options";

interface PublishOptions extends OrderOptions {
  readonly key?: string;
}

const notes = `
Needs AWS credentials on a deployed stack. The order is placed a moment later: orders watch <order_id>.
Exit code 1 when the order is refused, and then nothing is sent.

Example:
  orders publish --customer CUST-001 --item Laptop --key basket-17`;

export const publishCommand = (program: Command, inSession: UseSession): Command =>
  withOrderOptions(program.command("publish"))
    .description("send an order through the intake topic (SNS)")
    .option("--key <key>", "idempotency key: an order that is sent again under it is not placed again")
    .addHelpText("after", notes)
    .action(({ key, ...options }: PublishOptions) => {
      const order = orderFromOptions(options);
      return inSession(async ({ target, output }) => {
        // The rules for orders take as long to load as all else here, so the other commands do without; import() would
        // not find TypeScript. The cast is the module's own type.
        const { publishOrder } = require("../publish-order") as typeof import("../publish-order");
        output.one({ ...(await publishOrder(target, order, key)) });
      });
    });
