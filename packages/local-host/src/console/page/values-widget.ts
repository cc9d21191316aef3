import type { DashboardNow, ShownWidget } from "../dashboard-data";
import { element, setText } from "./element";
import { plainNumber } from "./figures";
import type { PageWidget } from "./page-widget";

/** The latest value of each line. */
export const valuesWidget = ({ title, lines, drawnThere }: Extract<ShownWidget, { kind: "values" }>): PageWidget => {
  const values = lines.map(() => element("dd", {}, "–"));
  const pairs = lines.map(({ label }, index) => element("div", {}, element("dt", {}, label), values[index] ?? ""));
  const note =
    drawnThere === undefined ? [] : [element("p", { class: "dim" }, `CloudWatch draws these as ${drawnThere}.`)];
  return {
    content: [element("h2", {}, title), element("dl", { class: "values" }, ...pairs), ...note],
    update: ({ widgets }: DashboardNow, index: number): void => {
      const shown = widgets[index];
      if (shown === undefined || shown === null || !("values" in shown)) return;
      for (const [line, value] of values.entries()) {
        const latest = shown.values[line]?.findLast((each) => each !== null);
        setText(value, latest === undefined || latest === null ? "–" : plainNumber(latest));
      }
    },
  };
};
