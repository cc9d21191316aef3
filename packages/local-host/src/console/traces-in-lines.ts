import type { TraceHost } from "../services/xray/trace-host";
import { traceRows } from "../services/xray/trace-rows";
import type { FoundLine, FoundTrace } from "./console-data";

/** Most traces that a page is sent: those with most steps. */
const mostTraces = 5;
/** https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html: version, time in seconds, 96 random bits. */
const traceId = /\b1-[0-9a-f]{8}-[0-9a-f]{24}\b/g;

/** The traces that a text or the lines which were found for it name, as the rows of a waterfall each. */
export const tracesIn = (
  traces: Pick<TraceHost, "trace">,
  text: string,
  lines: readonly FoundLine[],
): readonly FoundTrace[] => {
  const ids = new Set([text, ...lines.map(({ message }) => message)].flatMap((each) => each.match(traceId) ?? []));
  return [...ids]
    .flatMap((id) => traces.trace(id) ?? [])
    .map(({ id, documents }) => ({ id, rows: traceRows(documents.map(({ json }) => json)) }))
    .toSorted((one, other) => other.rows.length - one.rows.length)
    .slice(0, mostTraces);
};
