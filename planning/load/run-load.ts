import { setTimeout as pause } from "node:timers/promises";
import { SQS } from "@aws-sdk/client-sqs";
import { decodeJwt } from "jose";
import { answered as answeredWell } from "../../cli/answered";
import { CommandError } from "../../cli/command-error";
import { OrdersClient } from "../../cli/orders-client";
import type { Target } from "../../cli/target";
import type { OrderStatus } from "../../runtime/orders/order-status";
import { isTerminal } from "../../runtime/orders/transitions";
import { type ImportedLoad, importLoad } from "./import-load";
import { arrivals, type LoadShape, secondsOf } from "./load-shape";
import { clockAhead, type PlacedOrder } from "./placed-order";

export interface QueueSample {
  readonly second: number;
  /** Messages in the fulfilment queue, those that are worked on included. */
  readonly depth: number;
}

export interface LoadResult {
  readonly shape: LoadShape;
  readonly began: Date;
  readonly orders: readonly PlacedOrder[];
  readonly queue: readonly QueueSample[];
  readonly imported?: ImportedLoad;
}

/** Requests at the same time when orders are followed. */
const readers = 8;

export interface LoadOptions {
  readonly target: Target;
  readonly token: string;
  readonly shape: LoadShape;
  /** Rates of the shape are multiplied by it. */
  readonly factor: number;
  /** Seconds after the last request within which every order must have ended. */
  readonly patience: number;
  readonly progress?: (text: string) => void;
}

/**
 * Places orders as the shape says, whether earlier ones have been answered or not, and follows each to its end. Throws
 * CommandError before the first order when the token or the AWS credentials would not do to follow them.
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { target, token, shape, factor, patience, progress } = options;
  const client = new OrdersClient(target.outputs.api_endpoint, token);
  const queue = fulfilmentQueue(target);
  await queue.depth();
  answeredWell(await client.list({ customer_id: "load", limit: "1" }), "list");
  refuseShortToken(token, secondsOf(shape) + patience);

  const began = new Date();
  const now = (): number => (Date.now() - began.getTime()) / 1_000;
  const watch = queue.watch(now);
  const placed = Promise.all(
    arrivals(shape, factor).map(async (due) => {
      await pause(due * 1_000);
      return place(client, due, began, now);
    }),
  );
  const followed = placed.then(async (orders) => {
    progress?.(`${orders.length} requests in ${Math.round(now())} s; following the orders to their end`);
    const accepted = orders.filter(({ orderId }) => orderId !== undefined);
    await follow(client, accepted, began, secondsOf(shape) + patience, now);
    return orders;
  });
  const file = shape.importRows === 0 ? undefined : importLoad(target, client, shape.importRows, patience);
  const [orders, imported] = await Promise.all([followed, file]);
  await pause(1_000);
  return { shape, began, orders, queue: watch.stop(), ...(imported === undefined ? {} : { imported }) };
}

/** A token that ends in the middle of a run would make the orders after it look refused, and those before it lost. */
function refuseShortToken(token: string, seconds: number): void {
  const { exp } = decodeJwt(token);
  const left = exp === undefined ? Number.POSITIVE_INFINITY : Math.floor(exp - Date.now() / 1_000);
  if (left >= seconds) return;
  throw new CommandError(`The token ends in ${left} s, and the run may take ${seconds} s: give a newer one.`);
}

async function place(client: OrdersClient, due: number, began: Date, now: () => number): Promise<PlacedOrder> {
  const sent = now();
  const order = { customer_id: `CUST-${Math.floor(due * 10) % 997}`, items: [{ item: "Laptop", quantity: 1 }] };
  const answer = await client.place(order).catch(() => undefined);
  const answered = now();
  const milliseconds = (answered - sent) * 1_000;
  const common = { due, answered, milliseconds, status: answer?.status ?? 0 };
  if (answer?.status !== 201) return common;
  const created = (Date.parse(String(answer.body["created_at"])) - began.getTime()) / 1_000;
  return { ...common, orderId: String(answer.body["order_id"]), created };
}

/** Reads the orders again and again until each has ended, or until the deadline, in seconds from the beginning. */
async function follow(
  client: OrdersClient,
  orders: readonly PlacedOrder[],
  began: Date,
  deadline: number,
  now: () => number,
): Promise<void> {
  const ahead = clockAhead(orders);
  let open = orders;
  while (open.length > 0 && now() < deadline) {
    const waiting = [...open];
    const read = async (): Promise<void> => {
      for (let order = waiting.pop(); order !== undefined && now() < deadline; order = waiting.pop()) {
        const { status, body } = await client.get(order.orderId ?? "").catch(() => ({ status: 0, body: undefined }));
        if (status !== 200 || body === undefined) continue;
        // As the API's OpenAPI document has it.
        const state = body["status"] as OrderStatus;
        order.state = state;
        if (isTerminal(state)) order.ended = (Date.parse(String(body["updated_at"])) - began.getTime()) / 1_000 - ahead;
      }
    };
    await Promise.all(Array.from({ length: readers }, read));
    open = open.filter(({ ended }) => ended === undefined);
    if (open.length > 0) await pause(500);
  }
}

function fulfilmentQueue({ aws, outputs: { fulfilment_queue_url: QueueUrl } }: Target) {
  const sqs = new SQS(aws);
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const depth = async (): Promise<number> => {
    const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: [...names] });
    return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  };
  const watch = (now: () => number) => {
    const samples: QueueSample[] = [];
    const look = async (): Promise<void> => {
      const found = await depth().catch(() => undefined);
      if (found !== undefined) samples.push({ second: now(), depth: found });
    };
    const timer = setInterval(() => void look(), 500);
    return {
      stop: (): readonly QueueSample[] => {
        clearInterval(timer);
        sqs.destroy();
        return samples;
      },
    };
  };
  return { depth, watch };
}
