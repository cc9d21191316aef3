import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { DynamoDBRecord } from "aws-lambda";
import * as z from "zod";
import { callLimits } from "../aws/call-limits";
import { log } from "../lambda/log";
import { type StreamWorker, streamHandler } from "../lambda/stream-handler";
import { type OrderItem, orderOf } from "../orders/dynamodb-order-item";
import { eventBridgeBus } from "../orders/event-bridge-bus";
import type { Order } from "../orders/order";
import { record, recordBy } from "../orders/record-metrics";
import { tracedBus } from "../orders/traced-bus";
import { type OrderWrite, type RelayOrderEventsPorts, relayOrderEvents } from "./relay-order-events";
import { settledOrders } from "./settled-orders";

/** Publishes an event for each change in a batch of stream records, up to the first record that cannot be published. */
export const relayOrderEventsWorker = ({ bus }: RelayOrderEventsPorts): StreamWorker => {
  const relay = relayOrderEvents({ bus: tracedBus(bus, "relay-order-events") });
  return async (records) => {
    const { writes, unreadable } = readWrites(records);
    const { relayed, failed = unreadable } = await relay(writes);

    if (relayed.length > 0) {
      log.info({ event_ids: relayed.map(({ detail }) => detail.event_id) }, "events relayed");
    }
    const settled = settledOrders(relayed);
    if (settled !== undefined) record(settled);
    if (failed !== undefined) {
      const { eventID, dynamodb } = records[failed.index] ?? {};
      const order_id = dynamodb?.Keys?.["order_id"]?.S;
      log.error({ order_id, stream_record: eventID, reason: failed.reason }, "event not relayed");
      recordBy("WorkFailed", { Step: "relay-order-events" });
    }
    return failed?.index;
  };
};

export const relayOrderEventsHandler = streamHandler({
  environment: z.object({ EVENT_BUS_NAME: z.string().min(1) }),
  build: ({ EVENT_BUS_NAME }) =>
    relayOrderEventsWorker({
      bus: eventBridgeBus(new EventBridgeClient({ requestHandler: callLimits }), EVENT_BUS_NAME),
    }),
});

interface ReadWrites {
  /** Of the records before the first unreadable one. */
  readonly writes: readonly OrderWrite[];
  readonly unreadable?: { readonly index: number; readonly reason: string };
}

const readWrites = (records: readonly DynamoDBRecord[]): ReadWrites => {
  const writes: OrderWrite[] = [];
  for (const [index, { dynamodb }] of records.entries()) {
    try {
      writes.push({ before: readImage(dynamodb?.OldImage), after: readImage(dynamodb?.NewImage) });
    } catch {
      return { writes, unreadable: { index, reason: "the record's image is not an order" } };
    }
  }
  return { writes };
};

/** An event is JSON and holds no binary values, the only kind in which the two notations of an attribute differ. */
const readImage = (image: NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]): Order | undefined =>
  image && orderOf(image as OrderItem);
