import type { FoundTrace } from "../console-data";
import { element } from "./element";
import { milliseconds } from "./figures";

type Row = FoundTrace["rows"][number];

const classes: Readonly<Record<Row["status"], string>> = {
  ok: "",
  error: "warn",
  throttled: "warn",
  fault: "bad",
  "under way": "dim",
};

/** A trace as a waterfall: what caused what from top to bottom, when and how long from left to right. */
export const traceView = ({ id, rows }: FoundTrace, open: boolean): HTMLElement => {
  const begin = Math.min(...rows.map(({ start }) => start));
  const end = Math.max(...rows.map(({ start, duration = 0 }) => start + duration));
  // A trace of one moment is as wide as one of a millisecond.
  const length = Math.max(1, end - begin);
  const left = (row: Row): number => (100 * (row.start - begin)) / length;
  const width = ({ duration = end - begin }: Row): number => (100 * duration) / length;
  const many = `${rows.length} ${rows.length === 1 ? "step" : "steps"}`;
  const summary = element(
    "summary",
    {},
    `Trace ${id} `,
    element("span", { class: "dim" }, `${many}, ${milliseconds(length)}`),
  );
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "step"),
    element(
      "th",
      { scope: "col", class: "axis" },
      element("span", { class: "aloud" }, "begins after"),
      ...axis(length),
    ),
    element("th", { scope: "col", class: "number" }, "took"),
  );
  const body = element("tbody", {}, ...rows.map((row) => rowOf(row, begin, left(row), width(row))));
  return element("details", { class: "trace", open }, summary, element("table", {}, element("thead", {}, head), body));
};

const axis = (length: number): readonly HTMLElement[] =>
  [0, 0.25, 0.5, 0.75].map((part) => {
    const tick = element(
      "span",
      { class: "tick", "aria-hidden": "true" },
      part === 0 ? "0" : milliseconds(part * length),
    );
    tick.style.left = `${100 * part}%`;
    return tick;
  });

const rowOf = (row: Row, begin: number, left: number, width: number): HTMLTableRowElement => {
  const { name, origin, depth, status, duration, start } = row;
  const bar = element("span", { class: `bar ${status.replace(" ", "-")}`, "aria-hidden": "true" });
  bar.style.left = `${left}%`;
  bar.style.width = `max(2px, ${Math.min(width, 100 - left)}%)`;
  const head = element(
    "th",
    { scope: "row", title: origin ?? name },
    element("span", { class: classes[status] }, name),
    ...(status === "ok" ? [] : [element("span", { class: "dim" }, ` ${status}`)]),
  );
  head.style.paddingLeft = `${depth * 0.9}rem`;
  return element(
    "tr",
    {},
    head,
    element("td", { class: "bars" }, element("span", { class: "aloud" }, milliseconds(start - begin)), bar),
    element("td", { class: "number" }, duration === undefined ? "" : milliseconds(duration)),
  );
};
