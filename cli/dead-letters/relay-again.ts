import { DynamoDBStreams, type _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { orderOf } from "../../runtime/orders/dynamodb-order-item";
import { eventBridgeBus } from "../../runtime/orders/event-bridge-bus";
import { eventsAgain } from "../../runtime/reconciliation/events-again";
import { type OrderWrite, relayOrderEvents } from "../../runtime/relay/relay-order-events";
import { CommandError } from "../command-error";
import { storedOrder } from "../stored-order";
import type { Target } from "../target";
import type { DeadLetter, Outcome } from "./dead-letter";
import type { DeadLetterQueue } from "./dead-letter-queue";
import type { LetterFilter } from "./letter-filter";
import type { StreamPlace } from "./stream-place";

const busOf = ({ aws, outputs }: Target) => {
  const name = outputs.event_bus_name;
  if (name === undefined)
    throw new CommandError("The stack has no output event_bus_name: deploy it again with pulumi up.");
  return eventBridgeBus(new EventBridgeClient(aws), name);
};

/**
 * Does what the relay could not do with the records that a message names: reads them from the stream, which keeps them for
 * 24 hours, and publishes their events. The message is deleted when the bus has all of them.
 */
export const relayAgain = (target: Target) => {
  const streams = new DynamoDBStreams(target.aws);
  return async (
    queue: DeadLetterQueue,
    letter: DeadLetter,
    place: StreamPlace,
    { order, reason }: LetterFilter,
  ): Promise<Outcome> => {
    if (reason !== undefined && letter.reason !== reason) return "not meant";
    const records = await recordsAt(streams, place);
    const ids = records.map(({ dynamodb }) => dynamodb?.Keys?.["order_id"]?.S);
    if (order !== undefined && !ids.includes(order)) return "not meant";
    if (records.length < place.batchSize) {
      return {
        because:
          "the stream no longer has its records. reconcile-orders restarts open orders; for the others, redrive each order that the relay's log names with --order, then drop this message",
      };
    }
    const writes = writesOf(records);
    const broken = ids[writes.indexOf(undefined)];
    if (broken !== undefined)
      return { because: `the record of ${broken} is not an order: look at that item, then drop this` };
    const { failed } = await relayOrderEvents({ bus: busOf(target) })(writes.filter((write) => write !== undefined));
    if (failed !== undefined)
      return { because: `the bus did not accept the event of ${ids[failed.index]}: ${failed.reason}` };
    await queue.delete(letter);
    return "redriven";
  };
};

/** Publishes again where an order stands, as reconcile-orders does. Gives the ids of the events; none without an order. */
export async function publishOrderAgain(target: Target, id: string): Promise<readonly string[]> {
  const events = eventsAgain([await storedOrder(target, id)]);
  const { accepted, failure } = await busOf(target).publish(events);
  if (accepted < events.length) throw new CommandError(`The bus did not accept the events of ${id}: ${failure}.`);
  return events.map(({ detail }) => detail.event_id);
}

/** The ids of the orders that the records are about; none when the stream has forgotten them. */
export async function ordersAt(target: Target, place: StreamPlace): Promise<readonly string[]> {
  const records = await recordsAt(new DynamoDBStreams(target.aws), place);
  return [...new Set(records.flatMap(({ dynamodb }) => dynamodb?.Keys?.["order_id"]?.S ?? []))];
}

/** GetRecords may answer with nothing although there is more: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const maxEmptyAnswers = 5;

/** The records, in their order; fewer than there were when the stream has forgotten some. */
async function recordsAt(streams: DynamoDBStreams, place: StreamPlace): Promise<readonly StreamRecord[]> {
  const { streamArn: StreamArn, shardId: ShardId, startSequenceNumber: SequenceNumber, batchSize } = place;
  const isOfPlace = ({ dynamodb }: StreamRecord): boolean => {
    const number = BigInt(dynamodb?.SequenceNumber ?? -1);
    return number >= BigInt(place.startSequenceNumber) && number <= BigInt(place.endSequenceNumber);
  };
  try {
    let { ShardIterator } = await streams.getShardIterator({
      ...{ StreamArn, ShardId, SequenceNumber },
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
    });
    const found: StreamRecord[] = [];
    let empty = 0;
    while (ShardIterator !== undefined && found.length < batchSize && empty < maxEmptyAnswers) {
      const { Records = [], NextShardIterator } = await streams.getRecords({ ShardIterator });
      found.push(...Records.filter(isOfPlace));
      if (!Records.some(isOfPlace)) empty += 1;
      ShardIterator = NextShardIterator;
    }
    return found;
  } catch (error) {
    const forgotten = ["TrimmedDataAccessException", "ResourceNotFoundException"];
    if (error instanceof Error && forgotten.includes(error.name)) return [];
    throw error;
  }
}

/** Undefined for a record whose image is not an order. */
const writesOf = (records: readonly StreamRecord[]): readonly (OrderWrite | undefined)[] =>
  records.map(({ dynamodb }) => {
    try {
      return {
        before: dynamodb?.OldImage && orderOf(dynamodb.OldImage),
        after: dynamodb?.NewImage && orderOf(dynamodb.NewImage),
      };
    } catch {
      return undefined;
    }
  });
