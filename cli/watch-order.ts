import { setTimeout as pause } from "node:timers/promises";
import { answered } from "./answered";
import { CommandError } from "./command-error";
import type { OrdersClient } from "./orders-client";
import type { Output } from "./output";

const ended = new Set(["SHIPPED", "REJECTED", "CANCELLED"]);

const pollMs = 200;

/** Prints an order each time it has changed, until it has ended. Throws CommandError when it has not within `seconds`. */
export async function watchOrder(
  orders: OrdersClient,
  orderId: string,
  output: Output,
  seconds: number,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  let version: unknown;
  for (;;) {
    const order = answered(await orders.get(orderId), `watch ${orderId}`);
    if (order["version"] !== version) {
      version = order["version"];
      if (output.forPeople) output.write(changeOf(order));
      else output.one(order);
    }
    if (ended.has(String(order["status"]))) return;
    if (Date.now() > deadline)
      throw new CommandError(`The order ${orderId} is still ${String(order["status"])} after ${seconds} s.`);
    await pause(pollMs);
  }
}

const changeOf = ({ updated_at, status, rejection_reason }: Readonly<Record<string, unknown>>): string =>
  [updated_at, status, rejection_reason].filter((it) => it !== undefined).join("  ");
