import uPlot from "uplot";
import type { Plot, PlottedHour } from "../console-data";
import { byId, element } from "./element";
import { compact, milliseconds } from "./figures";
import { axisStyle, clockAxis, resolved, whenColoursChange } from "./plot-style";

const height = 130;
const colourNames = ["--plot-1", "--plot-2", "--plot-3", "--plot-4", "--plot-5", "--plot-6"];

/** Between two lines across a plot: whole numbers alone. */
const steps = [1, 10, 100, 1_000, 10_000, 100_000].flatMap((power) => [power, 2 * power, 5 * power]);

interface Drawn {
  readonly canvas: HTMLElement;
  readonly legend: HTMLElement;
  readonly table: HTMLElement;
  readonly nothing: HTMLElement;
  plot: uPlot | undefined;
  labels: string;
}

/** Plots of the last hour, each with a legend that is a table of the same: what was last, and what was most. */
export const plotView = () => {
  const place = byId("plots");
  const drawn: Drawn[] = [];
  let last: PlottedHour | undefined;

  const update = (hour: PlottedHour): void => {
    last = hour;
    for (const [index, plot] of hour.plots.entries()) {
      const each = drawn[index] ?? added(place, plot.title);
      drawn[index] = each;
      draw(each, plot, hour.times);
    }
  };
  const redraw = (): void => {
    for (const each of drawn) forget(each);
    if (last !== undefined) update(last);
  };
  whenColoursChange(redraw);
  new ResizeObserver(() => {
    for (const { plot, canvas } of drawn) plot?.setSize({ width: canvas.clientWidth, height });
  }).observe(place);
  return { update };
};

const added = (place: HTMLElement, title: string): Drawn => {
  const canvas = element("div", { class: "canvas", "aria-hidden": "true" });
  const legend = element("tbody");
  const heads = ["", "last", "most"].map((head) => element("th", { scope: "col", class: "number" }, head));
  heads[0]?.replaceChildren(element("span", { class: "aloud" }, "series"));
  const table = element("table", { class: "plot-legend" }, element("thead", {}, element("tr", {}, ...heads)), legend);
  const nothing = element("p", { class: "dim nothing" }, "nothing in the last hour");
  place.append(element("figure", {}, element("figcaption", {}, title), canvas, nothing, table));
  return { canvas, legend, table, nothing, plot: undefined, labels: "" };
};

const forget = (each: Drawn): void => {
  each.plot?.destroy();
  each.plot = undefined;
};

const draw = (each: Drawn, { series, unit }: Plot, times: readonly number[]): void => {
  const say = unit === "ms" ? milliseconds : compact;
  each.nothing.hidden = series.length > 0;
  each.table.hidden = series.length === 0;
  const data: uPlot.AlignedData = [
    times.map((at) => at / 1000),
    ...series.map(({ values }) => values.map((value) => value ?? (unit === "count" ? 0 : null))),
  ];
  const labels = series.map(({ label }) => label).join("\n");
  if (each.plot === undefined || each.labels !== labels) {
    forget(each);
    each.labels = labels;
    each.plot = new uPlot(
      options(
        each.canvas.clientWidth,
        series.map(({ label }) => label),
        say,
      ),
      data,
      each.canvas,
    );
  } else each.plot.setData(data);
  each.legend.replaceChildren(
    ...series.map(({ label, values }, index) => {
      const known = values.filter((value) => value !== null);
      const latest = values.at(-1) ?? (unit === "count" ? 0 : undefined);
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, element("span", { class: `swatch plot-${index + 1}` }), label),
        element("td", { class: "number" }, latest === undefined ? "" : say(latest)),
        element("td", { class: "number dim" }, say(Math.max(0, ...known))),
      );
    }),
  );
};

const options = (width: number, labels: readonly string[], say: (value: number) => string): uPlot.Options => {
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [clockAxis(), { ...axisStyle(), size: 52, space: 28, incrs: steps, values: (_, at) => at.map(say) }],
    series: [
      {},
      ...labels.map((label, index) => ({
        label,
        stroke: resolved(colourNames[index] ?? "--dim"),
        width: 1.5,
        spanGaps: false,
        // A time without a call before and after it would be no line.
        points: { show: say === milliseconds, size: 4 },
      })),
    ],
  };
};
