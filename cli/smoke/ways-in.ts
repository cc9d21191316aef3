import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { answered } from "../answered";
import { CommandError } from "../command-error";
import { importFile } from "../import-file";
import type { OrdersClient } from "../orders-client";
import { Output } from "../output";
import { publishOrder } from "../publish-order";
import type { Target } from "../target";
import { until } from "./until";

/** The customer whose orders are tests; publish-order uses it as well. */
export const testCustomer = "smoke-test";

export interface SmokeRun {
  readonly run: string;
  readonly target: Target;
  readonly orders: OrdersClient;
  readonly paymentMethod: string | undefined;
  /** Time in milliseconds by which everything must have happened. */
  readonly deadline: number;
}

const orderOf = ({ run, paymentMethod }: SmokeRun, way: string): Readonly<Record<string, unknown>> => ({
  customer_id: testCustomer,
  items: [{ item: `Smoke test ${run} ${way}`, quantity: 1 }],
  ...(paymentMethod === undefined ? {} : { payment_method: paymentMethod }),
});

/** Places an order by the API; the same again must be the same order. */
export async function placeByApi(smoke: SmokeRun): Promise<string> {
  const placing = { key: `smoke-${smoke.run}-api` };
  const order = orderOf(smoke, "API");
  const placed = answered(await smoke.orders.place(order, placing), "place");
  const again = await smoke.orders.place(order, placing);
  if (!again.replayed || answered(again, "place again")["order_id"] !== placed["order_id"]) {
    throw new CommandError(`The same order under the same key was placed again: ${JSON.stringify(again.body)}`);
  }
  return String(placed["order_id"]);
}

export async function placeByTopic(smoke: SmokeRun): Promise<string> {
  const { order_id } = await publishOrder(smoke.target, orderOf(smoke, "topic"), `smoke-${smoke.run}-topic`);
  return order_id;
}

export const fileOf = (run: string): string => `smoke-${run}.csv`;

/** Places an order by a file, and finds it among the customer's by its item. */
export async function placeByFile(smoke: SmokeRun): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "smoke-"));
  const item = `Smoke test ${smoke.run} file`;
  try {
    const file = join(folder, fileOf(smoke.run));
    const row = `${testCustomer},${item},1,${smoke.paymentMethod ?? ""}`;
    writeFileSync(file, `customer_id,item,quantity,payment_method\n${row}\n`);
    const timeout = Math.ceil((smoke.deadline - Date.now()) / 1000);
    const report = await importFile(smoke.target, file, { timeout }, new Output({ json: true }));
    if (report.orders !== 1) throw new CommandError(`The report on the file is ${JSON.stringify(report)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return until(
    smoke.deadline,
    () => `There is no order of ${item}.`,
    async () => {
      const { orders } = answered(await smoke.orders.list({ customer_id: testCustomer, limit: "20" }), "list");
      // As the API's OpenAPI document has it.
      const listed = orders as readonly { readonly order_id: string; readonly items: readonly { item: string }[] }[];
      return listed.find(({ items }) => items[0]?.item === item)?.order_id;
    },
  );
}

/** Deletes what the file has left in the bucket; the versions of its objects expire by the bucket's own rules. */
export async function deleteFile({ run, target }: SmokeRun): Promise<void> {
  const s3 = new S3(target.aws);
  const Bucket = target.outputs.import_bucket;
  for (const Key of [`incoming/${fileOf(run)}`, `reports/${fileOf(run)}.report.json`]) {
    await s3.deleteObject({ Bucket, Key });
  }
  s3.destroy();
}

const ended = new Set(["SHIPPED", "REJECTED", "CANCELLED"]);

/** Follows an order to its end, which must be SHIPPED. One that came by topic is not there at first. */
export async function shipped({ orders, deadline }: SmokeRun, orderId: string): Promise<void> {
  let last = "not there";
  const order = await until(
    deadline,
    () => `The order ${orderId} is still ${last}.`,
    async () => {
      const answer = await orders.get(orderId);
      if (answer.status === 404) return undefined;
      const body = answered(answer, `get ${orderId}`);
      last = String(body["status"]);
      return ended.has(last) ? body : undefined;
    },
  );
  if (last !== "SHIPPED") {
    throw new CommandError(
      `The order ${orderId} ended ${last}: ${String(order["rejection_reason"] ?? "no reason given")}.`,
    );
  }
}
