import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import { isNestedDeeperThan, parseJsonObject } from "../../kernel/endpoint/json-object";
import type { Principal } from "../../kernel/endpoint/principal";
import type { HostContext } from "../../kernel/host-context";
import { type BusEvent, newBusEvent } from "./bus-event";
import { busArn, busNameOf } from "./bus-topology";
import type { EventBuses } from "./event-buses";

const MAX_ENTRIES = 10;
/** Bytes of all entries of one request. */
const MAX_TOTAL_SIZE = 256 * 1024;
/** Bytes that an entry's Time counts for, whatever its form. */
const TIME_SIZE = 14;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_DETAIL_LEVELS = 1_000;
/** Characters, https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EventBridgeParameters.html */
const MAX_LENGTHS = { Source: 256, DetailType: 128 } as const;

const entrySchema = z.object({
  /** X-Ray's, for the targets; it is not a part of the event. */
  TraceHeader: z.string().min(1).max(500).optional(),
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  /** Seconds since the epoch, in the years 1 to 9999. */
  Time: z.number().min(-62_135_596_800).max(253_402_300_799).optional(),
});
type Entry = z.output<typeof entrySchema>;

const requestSchema = z.object({ Entries: z.array(entrySchema) });

type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

export interface PutEventsResult {
  readonly FailedEntryCount: number;
  readonly Entries: readonly EntryResult[];
}

/** PutEvents: each entry succeeds or fails by itself; the events that were accepted are on disk when it answers. */
export const putEvents = (
  context: HostContext,
  buses: EventBuses,
  principal: Principal,
  input: unknown,
): PutEventsResult => {
  const entries = entriesOf(input);
  checkAccess(context, principal, entries);
  const byBus = new Map<string, BusEvent[]>();
  const traceHeaders = new Map<string, string>();
  const results = entries.map((entry): EntryResult => {
    const read = readEntry(context, entry);
    if ("ErrorCode" in read) return read;
    const busName = busNameOf(entry.EventBusName);
    const events = byBus.get(busName) ?? [];
    events.push(read);
    byBus.set(busName, events);
    if (entry.TraceHeader !== undefined) traceHeaders.set(read.id, entry.TraceHeader);
    return { EventId: read.id };
  });
  for (const [name, events] of byBus) {
    const bus = buses.bus(name);
    if (bus === undefined) reportMissingBus(context, name, events);
    else buses.accept(bus, events, { traceHeaders });
  }
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
};

const entriesOf = (input: unknown): readonly Entry[] => {
  const parsed = requestSchema.safeParse(input);
  if (!parsed.success) throw validation(z.prettifyError(parsed.error));
  const { Entries } = parsed.data;
  if (Entries.length === 0 || Entries.length > MAX_ENTRIES) {
    const bound = Entries.length === 0 ? "greater than or equal to 1" : `less than or equal to ${MAX_ENTRIES}`;
    throw validation(
      `1 validation error detected: Value '[${Entries.length} entries]' at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (Entries.reduce((total, entry) => total + sizeOf(entry), 0) > MAX_TOTAL_SIZE) {
    throw validation("Total size of the entries in the request is over the limit.");
  }
  return Entries;
};

const validation = (message: string): AwsError => new AwsError("ValidationException", message);

const sizeOf = ({ Time, Source = "", DetailType = "", Detail = "", Resources = [] }: Entry): number =>
  (Time === undefined ? 0 : TIME_SIZE) +
  [Source, DetailType, Detail, ...Resources].reduce((total, part) => total + Buffer.byteLength(part), 0);

const checkAccess = (context: HostContext, principal: Principal, entries: readonly Entry[]): void => {
  const byBus = Map.groupBy(entries, ({ EventBusName }) => busNameOf(EventBusName));
  for (const [name, group] of byBus) {
    context.access.check({
      principal,
      action: "events:PutEvents",
      resourceArn: busArn(context.graph, name),
      context: {
        "events:source": [...new Set(group.map(({ Source = "" }) => Source))],
        "events:detail-type": [...new Set(group.map(({ DetailType = "" }) => DetailType))],
      },
    });
  }
};

const invalidArgument = (name: string, reason = `${name} is a required argument.`) => ({
  ErrorCode: "InvalidArgument",
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}`,
});

const tooLong = (name: keyof typeof MAX_LENGTHS, value: string) =>
  value.length > MAX_LENGTHS[name]
    ? invalidArgument(name, `it has ${value.length} characters; at most ${MAX_LENGTHS[name]} are possible.`)
    : undefined;

const readEntry = (context: HostContext, entry: Entry): BusEvent | { ErrorCode: string; ErrorMessage: string } => {
  const { Source, DetailType, Detail, Resources = [], Time } = entry;
  if (!Source) return invalidArgument("Source");
  if (!DetailType) return invalidArgument("DetailType");
  if (!Detail) return invalidArgument("Detail");
  const length = tooLong("Source", Source) ?? tooLong("DetailType", DetailType);
  if (length !== undefined) return length;
  if (Source.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  }
  const detail = parseJsonObject(Detail);
  if (detail === undefined || isNestedDeeperThan(MAX_DETAIL_LEVELS, Detail))
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const content = { source: Source, "detail-type": DetailType, resources: Resources, detail };
  return newBusEvent(context.graph, content, Time === undefined ? new Date() : new Date(Time * 1000));
};

/** A bus that does not exist takes events and loses them, with every sign of success. */
const reportMissingBus = (context: HostContext, name: string, events: readonly BusEvent[]): void =>
  context.events.publish({
    level: "error",
    resource: busArn(context.graph, name),
    what: "dropped",
    detail: { reason: `there is no event bus ${name}`, events: events.map(({ id }) => id) },
  });
