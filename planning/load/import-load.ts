import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { answered } from "../../cli/answered";
import { CommandError } from "../../cli/command-error";
import { importFile } from "../../cli/import-file";
import type { OrdersClient } from "../../cli/orders-client";
import { Output } from "../../cli/output";
import type { Target } from "../../cli/target";
import type { OrderStatus } from "../../runtime/orders/order-status";
import { isTerminal } from "../../runtime/orders/transitions";

export interface ImportedLoad {
  readonly rows: number;
  readonly accepted: number;
  /** From the upload to the report. */
  readonly seconds: number;
  /** Accepted rows whose orders have ended. */
  readonly ended: number;
}

/** Seconds that the report may take beyond what the orders may. */
const reportSeconds = 60;

/** Uploads a file of orders of one customer, waits for its report, and follows the orders until each has ended or time is up. */
export async function importLoad(
  target: Target,
  client: OrdersClient,
  rows: number,
  patience: number,
): Promise<ImportedLoad> {
  const customer = `load-${Date.now()}`;
  const began = Date.now();
  const accepted = await reported(target, customer, rows, patience + reportSeconds);
  const seconds = (Date.now() - began) / 1_000;
  const deadline = Date.now() + patience * 1_000;
  let ended = 0;
  for (;;) {
    ended = await endedOrders(client, customer);
    if (ended >= accepted || Date.now() > deadline) return { rows, accepted, seconds, ended };
    await pause(1_000);
  }
}

/** Rows that were accepted; none when there is no report in time. */
async function reported(target: Target, customer: string, rows: number, timeout: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "load-"));
  try {
    const file = join(folder, `${customer}.csv`);
    const lines = Array.from({ length: rows }, (_, index) => `${customer},Item ${index},1`);
    writeFileSync(file, ["customer_id,item,quantity", ...lines, ""].join("\n"));
    return (await importFile(target, file, { timeout }, new Output({ json: true }))).accepted;
  } catch (error) {
    if (error instanceof CommandError) return 0;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function endedOrders(client: OrdersClient, customer: string): Promise<number> {
  let ended = 0;
  let cursor: string | undefined;
  do {
    const query = { customer_id: customer, limit: "100", ...(cursor === undefined ? {} : { cursor }) };
    const { orders, next_cursor } = answered(await client.list(query), "list");
    // As the API's OpenAPI document has it.
    const page = orders as readonly { readonly status: OrderStatus }[];
    ended += page.filter(({ status }) => isTerminal(status)).length;
    cursor = next_cursor === undefined ? undefined : String(next_cursor);
  } while (cursor !== undefined);
  return ended;
}
