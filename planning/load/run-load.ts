import { setTimeout as pause } from "node:timers/promises";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { OrdersClient } from "../../cli/orders-client";
import type { AwsAccess } from "../../cli/target";
import { arrivals, type LoadShape, secondsOf } from "./load-shape";

export interface LoadTarget {
  readonly api: string;
  readonly token: string;
  readonly aws: AwsAccess;
  readonly fulfilmentQueueUrl: string;
  readonly importBucket: string;
}

/** One order as whoever placed it saw it. Times are seconds from the beginning. */
export interface PlacedOrder {
  readonly due: number;
  readonly answered: number;
  /** From sending the request to its answer, milliseconds. */
  readonly milliseconds: number;
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  readonly orderId?: string;
  /** Where the order has come to, and when; as far as it was followed. */
  state?: string;
  ended?: number;
}

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
  readonly imported?: { readonly rows: number; readonly accepted: number; readonly seconds: number };
}

const terminal = new Set(["SHIPPED", "REJECTED", "CANCELLED"]);

/** Requests at the same time when orders are followed. */
const readers = 8;

export interface LoadOptions {
  readonly target: LoadTarget;
  readonly shape: LoadShape;
  /** Rates of the shape are multiplied by it. */
  readonly factor: number;
  /** Seconds after the last request within which every order must have ended. */
  readonly patience: number;
  readonly progress?: (text: string) => void;
}

/** Places orders as the shape says, whether earlier ones have been answered or not, and follows each to its end. */
export async function runLoad({ target, shape, factor, patience, progress }: LoadOptions): Promise<LoadResult> {
  const client = new OrdersClient(target.api, target.token);
  const began = new Date();
  const now = (): number => (Date.now() - began.getTime()) / 1_000;
  const watch = watchQueue(target, now);
  const imported = shape.importRows === 0 ? undefined : importFile(target, shape.importRows, patience, now);
  const orders = await Promise.all(
    arrivals(shape, factor).map(async (due) => {
      await pause(due * 1_000);
      return place(client, due, now);
    }),
  );
  progress?.(`${orders.length} requests in ${Math.round(now())} s; following the orders to their end`);
  const accepted = orders.filter(({ orderId }) => orderId !== undefined);
  await follow(client, accepted, began, secondsOf(shape) + patience, now);
  const importResult = await imported;
  await pause(1_000);
  return {
    shape,
    began,
    orders,
    queue: watch.stop(),
    ...(importResult === undefined ? {} : { imported: importResult }),
  };
}

async function place(client: OrdersClient, due: number, now: () => number): Promise<PlacedOrder> {
  const sent = now();
  const order = { customer_id: `CUST-${Math.floor(due * 10) % 997}`, items: [{ item: "Laptop", quantity: 1 }] };
  const answer = await client.place(order).catch(() => undefined);
  const answered = now();
  const milliseconds = (answered - sent) * 1_000;
  const orderId = answer?.status === 201 ? String(answer.body["order_id"]) : undefined;
  return { due, answered, milliseconds, status: answer?.status ?? 0, ...(orderId === undefined ? {} : { orderId }) };
}

/** Reads the orders again and again until each has ended, or until the deadline, in seconds from the beginning. */
async function follow(
  client: OrdersClient,
  orders: readonly PlacedOrder[],
  began: Date,
  deadline: number,
  now: () => number,
): Promise<void> {
  let open = orders;
  while (open.length > 0 && now() < deadline) {
    const waiting = [...open];
    const read = async (): Promise<void> => {
      for (let order = waiting.pop(); order !== undefined && now() < deadline; order = waiting.pop()) {
        const { status, body } = await client.get(order.orderId ?? "").catch(() => ({ status: 0, body: undefined }));
        if (status !== 200 || body === undefined) continue;
        order.state = String(body["status"]);
        if (!terminal.has(order.state)) continue;
        order.ended = (Date.parse(String(body["updated_at"])) - began.getTime()) / 1_000;
      }
    };
    await Promise.all(Array.from({ length: readers }, read));
    open = open.filter(({ ended }) => ended === undefined);
    if (open.length > 0) await pause(500);
  }
}

function watchQueue({ aws, fulfilmentQueueUrl }: LoadTarget, now: () => number) {
  const queues = new SQSClient(aws);
  const samples: QueueSample[] = [];
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const look = async (): Promise<void> => {
    const command = new GetQueueAttributesCommand({ QueueUrl: fulfilmentQueueUrl, AttributeNames: [...names] });
    const { Attributes } = await queues.send(command).catch(() => ({ Attributes: undefined }));
    if (Attributes === undefined) return;
    const depth = names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    samples.push({ second: now(), depth });
  };
  const timer = setInterval(() => void look(), 500);
  return {
    stop: (): readonly QueueSample[] => {
      clearInterval(timer);
      return samples;
    },
  };
}

async function importFile(
  { aws, importBucket: Bucket }: LoadTarget,
  rows: number,
  patience: number,
  now: () => number,
) {
  const objects = new S3Client(aws);
  const name = `load-${Date.now()}.csv`;
  const lines = Array.from({ length: rows }, (_, index) => `CUST-${index % 997},Item ${index},1`);
  const Body = ["customer_id,item,quantity", ...lines, ""].join("\n");
  await objects.send(new PutObjectCommand({ Bucket, Key: `incoming/${name}`, Body }));
  const deadline = now() + patience + 60;
  while (now() < deadline) {
    const report = await objects
      .send(new GetObjectCommand({ Bucket, Key: `reports/${name}.report.json` }))
      .then(({ Body: stream }) => stream?.transformToString())
      .catch(() => undefined);
    if (report !== undefined) {
      // The report of runtime/file-import/import-report.ts.
      const { accepted } = JSON.parse(report) as { readonly accepted: number };
      return { rows, accepted, seconds: now() };
    }
    await pause(500);
  }
  return { rows, accepted: 0, seconds: now() };
}
