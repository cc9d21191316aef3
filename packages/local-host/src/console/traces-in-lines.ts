import * as z from "zod";
import type { TraceHost } from "../services/xray/trace-host";
import { traceRows } from "../services/xray/trace-rows";
import type { FoundLine, FoundTrace } from "./console-data";

/** Most traces that a page is sent: those with most steps. */
const mostTraces = 5;
/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html: version, time in seconds, 96 random bits. */
const traceId = /\b1-[0-9a-f]{8}-[0-9a-f]{24}\b/g;

/**
 * The traces that a text or the lines which were found for it name, as the rows of a waterfall each, without the one-step
 * traces that these are linked to.
 */
export const tracesIn = (
  traces: Pick<TraceHost, "trace">,
  text: string,
  lines: readonly FoundLine[],
): readonly FoundTrace[] => {
  const ids = new Set([text, ...lines.map(({ message }) => message)].flatMap((each) => each.match(traceId) ?? []));
  const found = [...ids]
    .flatMap((id) => traces.trace(id) ?? [])
    .map(({ id, documents }) => ({ id, documents: documents.map(({ json }) => json) }))
    .map(({ id, documents }) => ({ id, rows: traceRows(documents), links: documents.flatMap(linksOf) }));
  const linked = new Set(found.flatMap(({ links }) => links));
  return found
    .filter(({ id, rows }) => text.includes(id) || !(linked.has(id) && isOneStep(rows)))
    .map(({ id, rows }) => ({ id, rows }))
    .toSorted((one, other) => other.rows.length - one.rows.length)
    .slice(0, mostTraces);
};

/**
 * An invocation that works for several traces has one of its own, of one step: what was done is told by the traces that it
 * was done for, which are linked to it.
 */
const isOneStep = (rows: FoundTrace["rows"]): boolean =>
  rows.filter(({ name }) => name !== "Initialization").length === 1;

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-tracelinking.html */
const linkedDocument = z.object({ links: z.array(z.object({ trace_id: z.string() })).default([]) });

const linksOf = (json: string): readonly string[] =>
  linkedDocument.parse(JSON.parse(json)).links.map(({ trace_id }) => trace_id);
