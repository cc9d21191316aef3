import { styleText } from "node:util";
import type { TraceRow } from "pulumi-local-host/trace-rows";
import { extentOf, type WayOfOrder } from "./way-of-order";

const colours = {
  ok: "green",
  "under way": "cyan",
  throttled: "yellow",
  error: "yellow",
  fault: "red",
} as const satisfies Readonly<Record<TraceRow["status"], string>>;

/** Characters of the narrowest bars, and of the two columns of times with the gaps between. */
const leastBars = 10;
const besideBars = 24;

/** A waterfall: what was done, when it began, how long it took, and a bar where that lies in the whole. */
export function drawWay({ order, traceId, source, rows }: WayOfOrder, width: number): string {
  const { began, milliseconds } = extentOf(rows);
  const names = rows.map(nameOf);
  const longest = Math.max(...names.map((name) => name.length));
  const nameWidth = Math.max(10, Math.min(longest, width - besideBars - leastBars));
  const barWidth = Math.max(leastBars, width - besideBars - nameWidth);
  const lines = rows.map((row, index) => {
    const times = `${time(row.start - began)}  ${time(row.duration)}`;
    const name = shortened(names[index] ?? "", nameWidth).padEnd(nameWidth);
    const bar = barOf(row, began, milliseconds, barWidth);
    const how = row.status === "ok" ? name : styleText(colours[row.status], name);
    return `${how}  ${times}  ${styleText(colours[row.status], bar)}`.trimEnd();
  });
  const told = source === "trace" ? `trace ${traceId}` : "from the log: its trace was not kept";
  const title = `${styleText("bold", order.order_id)}  ${order.status}  ${time(milliseconds).trim()}  ${styleText("dim", told)}`;
  const head = `${"".padEnd(nameWidth)}  ${"begins".padStart(9)}  ${"takes".padStart(9)}`;
  return [title, "", styleText("dim", head), ...lines].join("\n");
}

/** Without the seven digits that Pulumi makes a name unique by. */
const nameOf = ({ name, depth, status }: TraceRow): string => {
  const plain = `${"  ".repeat(depth)}${name.replace(/-[0-9a-f]{7}$/, "")}`;
  return status === "ok" ? plain : `${plain} (${status})`;
};

const shortened = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;

const time = (milliseconds: number | undefined): string => {
  if (milliseconds === undefined) return "…".padStart(9);
  const text = milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  return text.padStart(9);
};

/** At least one mark, however short; to the end for what is under way. */
const barOf = ({ start, duration }: TraceRow, began: number, whole: number, width: number): string => {
  const scale = whole === 0 ? 0 : width / whole;
  const from = Math.min(width - 1, Math.floor((start - began) * scale));
  const length = duration === undefined ? width - from : Math.max(1, Math.round(duration * scale));
  return " ".repeat(from) + "━".repeat(Math.min(length, width - from));
};
