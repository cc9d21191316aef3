import type { Command } from "commander";
import { answered } from "../answered";
import type { UseSession } from "../session";

interface ListOptions {
  readonly customer?: string;
  readonly limit: string;
  readonly cursor?: string;
}

const columns = ["order_id", "status", "items", "created_at", "rejection_reason"];

export const listCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("list")
    .description("list a customer's orders, newest first")
    .option("--customer <id>", "the customer; default: the token's own")
    .option("--limit <n>", "orders on a page, 1 to 100", "20")
    .option("--cursor <cursor>", "where the page begins: next_cursor of the page before")
    .addHelpText("after", "\nExample:\n  orders list --customer CUST-001 --limit 5")
    .action(({ customer, limit, cursor }: ListOptions) =>
      inSession(async ({ orders, output }) => {
        const query = {
          limit,
          ...(customer === undefined ? {} : { customer_id: customer }),
          ...(cursor === undefined ? {} : { cursor }),
        };
        const client = await orders();
        const page = answered(await client.list(query), "list");
        // As the API's OpenAPI document has it.
        const rows = page["orders"] as readonly Readonly<Record<string, unknown>>[];
        output.many(rows, columns, page);
        const next = page["next_cursor"];
        if (output.forPeople && next !== undefined) output.write(`next: --cursor ${String(next)}`);
      }),
    );
