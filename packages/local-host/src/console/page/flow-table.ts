import type { ConsoleState, FlowPicture } from "../console-data";
import { element, setText } from "./element";
import { alarmsOn, figureWords } from "./figures";
import { kindNames } from "./icons";

const hopWords = {
  calls: "calls",
  feeds: "is read by",
  delivers: "sends to",
  writes: "writes to",
  reads: "reads from",
  "dead-letters": "leaves what failed in",
} as const;

/** What the picture shows, as two tables: for who does not see it, and for who wants the numbers. */
export const flowTables = (picture: FlowPicture) => {
  const figures = picture.nodes.map(() => element("td"));
  const alarms = picture.nodes.map(() => element("td", { class: "bad" }));
  const rates = picture.hops.map(() => element("td", { class: "number" }));
  const parts = table(
    ["part", "kind", "figures", "in alarm"],
    picture.nodes.map(({ label, kind, name }, index) => [
      element("th", { scope: "row", title: name }, label),
      element("td", { class: "dim" }, kindNames[kind]),
      figures[index] ?? "",
      alarms[index] ?? "",
    ]),
  );
  const connections = table(
    ["from", "does", "to", "calls in the last minute"],
    picture.hops.map(({ from, to, port, kind }, index) => [
      element(
        "th",
        { scope: "row" },
        [picture.nodes[from]?.label, port].filter((each) => each !== undefined).join(" "),
      ),
      element("td", { class: "dim" }, hopWords[kind]),
      element("td", {}, picture.nodes[to]?.label ?? ""),
      rates[index] ?? "",
    ]),
  );
  return {
    elements: [parts, connections],
    update: (state: ConsoleState): void => {
      const on = alarmsOn(picture, state.alarms);
      for (const [index, node] of picture.nodes.entries()) {
        const [cell, alarm] = [figures[index], alarms[index]];
        if (cell !== undefined) setText(cell, figureWords(node, state.nodes[index] ?? {}));
        if (alarm !== undefined) setText(alarm, (on.get(index) ?? []).map((at) => picture.alarms[at]?.name).join(", "));
      }
      for (const [index, rate] of state.hops.entries()) {
        const cell = rates[index];
        if (cell !== undefined) setText(cell, rate === null ? "" : String(rate));
      }
    },
  };
};

/** A table with a head; a cell that is a string becomes one with text. */
export const table = (
  heads: readonly string[],
  rows: readonly (readonly (HTMLElement | string)[])[],
): HTMLTableElement =>
  element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
    element(
      "tbody",
      {},
      ...rows.map((cells) =>
        element("tr", {}, ...cells.map((cell) => (typeof cell === "string" ? element("td", {}, cell) : cell))),
      ),
    ),
  );
