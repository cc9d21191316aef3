import { BatchGetTracesCommand, XRayClient } from "@aws-sdk/client-xray";
import { type TraceRow, traceRows } from "pulumi-local-host/trace-rows";
import type { Order } from "../../runtime/orders/order";
import { readTraceHeader } from "../../runtime/values/trace-context";
import { CommandError } from "../command-error";
import { storedOrder } from "../stored-order";
import type { Target } from "../target";
import { rowsOfLog } from "./rows-of-log";

/** The way of one order through the pipeline. */
export interface WayOfOrder {
  readonly order: Order;
  readonly traceId: string | undefined;
  /** Where it is told: its trace, or the log where that was not kept. */
  readonly source: "trace" | "log";
  readonly rows: readonly TraceRow[];
}

/**
 * Finds an order's way. The order's item names its trace: so it is known at once whether there is an order, and whether its
 * trace was kept; a search by the annotation `order_id` would need the time to look in, and finds what X-Ray has indexed
 * by then.
 *
 * @throws CommandError when there is no such order, or nothing is told of it
 */
export async function wayOfOrder(target: Target, id: string): Promise<WayOfOrder> {
  const order = await storedOrder(target, id);
  const context = readTraceHeader(order.trace.x_ray);
  const rows = context?.sampled === true ? await rowsOfTrace(target, context.root) : [];
  if (rows.length > 0) return { order, traceId: context?.root, source: "trace", rows };
  const why =
    context?.sampled === true
      ? `X-Ray has no trace ${context.root}: a trace appears some seconds after it begins, and is kept for 30 days`
      : `its trace ${context?.root ?? ""} was not kept`.replace("  ", " ");
  if (target.stack === undefined) {
    throw new CommandError(
      `There is no trace of the order ${id}: ${why}. Its log lines: grep -r ${id} ${target.dataDir}/logs`,
    );
  }
  const logged = await rowsOfLog(target, target.stack, order);
  if (logged.length > 0) return { order, traceId: context?.root, source: "log", rows: logged };
  throw new CommandError(
    `There is neither a trace of the order ${id} (${why}) nor a log line; a line appears a minute after it was written.`,
  );
}

async function rowsOfTrace({ aws }: Target, traceId: string): Promise<readonly TraceRow[]> {
  const client = new XRayClient(aws);
  const documents: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new BatchGetTracesCommand({ TraceIds: [traceId], NextToken }));
    for (const { Segments = [] } of page.Traces ?? []) {
      documents.push(...Segments.flatMap(({ Document }) => Document ?? []));
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return traceRows(documents);
}

/** Times in milliseconds, as of the first row. */
export const wayAsJson = ({ order, traceId, source, rows }: WayOfOrder) => {
  const { began, milliseconds } = extentOf(rows);
  return {
    order_id: order.order_id,
    status: order.status,
    trace_id: traceId,
    source,
    began_at: new Date(began).toISOString(),
    duration_ms: rounded(milliseconds),
    rows: rows.map(({ name, origin, start, duration, depth, status }) => ({
      name,
      origin,
      begins_ms: rounded(start - began),
      duration_ms: duration === undefined ? undefined : rounded(duration),
      depth,
      status,
    })),
  };
};

/** From the begin of the first row to the end of the last. */
export const extentOf = (rows: readonly TraceRow[]) => {
  const began = Math.min(...rows.map(({ start }) => start));
  const ended = Math.max(...rows.map(({ start, duration = 0 }) => start + duration));
  return { began, milliseconds: ended - began };
};

const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;
