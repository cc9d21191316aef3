import uPlot from "uplot";
import type { DashboardNow, GraphNow, ShownAxis, ShownWidget } from "../dashboard-data";
import { element } from "./element";
import { plainNumber } from "./figures";
import type { PageWidget } from "./page-widget";
import { axisStyle, clockAxis, resolved, whenColoursChange } from "./plot-style";

type Graph = Extract<ShownWidget, { kind: "graph" }>;

const ownColours = 10;
/** More points than these are told apart by the line alone. */
const mostDots = 40;

/** Lines over time, with a legend that is a table of the same: what was last, and what was most. */
export const graphWidget = (graph: Graph): PageWidget => {
  const canvas = element("div", { class: "canvas", "aria-hidden": "true" });
  const nothing = element("p", { class: "dim nothing" }, "no data in this time");
  const legend = legendOf(graph);
  const figure = element("figure", { "aria-label": graph.title }, canvas, nothing, legend.frame);
  let plot: uPlot | undefined;
  let last: { readonly data: GraphNow; readonly from: number; readonly now: number } | undefined;

  const draw = (): void => {
    if (last === undefined) return;
    const { data, from, now } = last;
    const drawn = data.values.some((values) => values.length > 0);
    nothing.hidden = drawn;
    canvas.hidden = !drawn;
    if (!drawn) return;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0 || height === 0) return;
    plot ??= new uPlot(options(graph, { width, height }), [[]], canvas);
    const { times, values } = data;
    plot.setData([
      times.map((at) => at / 1_000),
      ...values.map((each) => (each.length === 0 ? times.map(() => null) : [...each])),
    ]);
    plot.setScale("x", { min: from / 1_000, max: now / 1_000 });
  };
  whenColoursChange(() => {
    plot?.destroy();
    plot = undefined;
    draw();
  });
  new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width > 0 && height > 0) plot?.setSize({ width, height });
  }).observe(canvas);

  return {
    content: [element("h2", {}, graph.title), figure],
    update: ({ from, now, widgets }: DashboardNow, index: number): void => {
      const data = widgets[index];
      if (data === undefined || data === null || !("times" in data)) return;
      last = { data, from, now };
      legend.update(data);
      draw();
    },
  };
};

const colourOf = ({ lines }: Graph, index: number): string =>
  lines[index]?.color ?? resolved(`--plot-${(index % ownColours) + 1}`);

const legendOf = (graph: Graph) => {
  const { lines, title } = graph;
  const rows = lines.map(({ label, right, color }, index) => {
    const swatch = element("span", { class: `swatch plot-${(index % ownColours) + 1}` });
    if (color !== undefined) swatch.style.background = color;
    const name = element(
      "th",
      { scope: "row", title: label },
      swatch,
      label,
      right ? element("span", { class: "dim" }, " (right)") : "",
    );
    const [latest, most] = [element("td", { class: "number" }), element("td", { class: "number dim" })];
    return { row: element("tr", {}, name, latest, most), latest, most };
  });
  const heads = ["", "last", "most"].map((head) => element("th", { scope: "col", class: "number" }, head));
  heads[0]?.replaceChildren(element("span", { class: "aloud" }, "line"));
  const table = element(
    "table",
    { class: "plot-legend" },
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows.map(({ row }) => row)),
  );
  return {
    frame: element(
      "div",
      { class: "legend-frame", tabindex: "0", role: "group", "aria-label": `Values of ${title}` },
      table,
    ),
    update: ({ values }: GraphNow): void => {
      for (const [index, { row, latest, most }] of rows.entries()) {
        const known = (values[index] ?? []).filter((value) => value !== null);
        row.classList.toggle("dim", known.length === 0);
        const lastKnown = known.at(-1);
        latest.textContent = lastKnown === undefined ? "" : plainNumber(lastKnown);
        most.textContent = known.length === 0 ? "" : plainNumber(Math.max(...known));
      }
    },
  };
};

const options = (graph: Graph, size: { readonly width: number; readonly height: number }): uPlot.Options => {
  const { lines, left, right, thresholds } = graph;
  const hasRight = lines.some((line) => line.right) || thresholds.some((each) => each.right);
  const valueAxis = (label: string | undefined): uPlot.Axis => ({
    ...axisStyle(),
    size: 46,
    space: 28,
    values: (_, at) => at.map(plainNumber),
    ...(label !== undefined && { label, labelSize: 18, labelFont: axisStyle().font }),
  });
  return {
    ...size,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, hasRight ? 0 : 10, 0, 0],
    scales: { left: scaleOf(graph, left, false), ...(hasRight && { right: scaleOf(graph, right, true) }) },
    axes: [
      clockAxis(),
      { ...valueAxis(left.label), scale: "left" },
      ...(hasRight ? [{ ...valueAxis(right.label), scale: "right", side: 1 as const, grid: { show: false } }] : []),
    ],
    series: [
      {},
      ...lines.map(
        ({ label, right: onRight }, index): uPlot.Series => ({
          label,
          scale: onRight ? "right" : "left",
          stroke: colourOf(graph, index),
          width: 1.5,
          // CloudWatch joins what it has, whatever is missing between.
          spanGaps: true,
          points: { show: (plot, series) => dots(plot, series), size: 4 },
        }),
      ),
    ],
    hooks: { draw: [(plot) => drawThresholds(plot, thresholds)] },
  };
};

const dots = (plot: uPlot, series: number): boolean =>
  [...(plot.data[series] ?? [])].filter((value) => value !== null).length <= mostDots;

/** From nought, or from where the widget says, to a little above what is most. */
const scaleOf = ({ thresholds }: Graph, { min = 0, max }: ShownAxis, right: boolean): uPlot.Scale => {
  const lines = thresholds.filter((each) => each.right === right).map(({ value }) => value);
  return {
    range: (_, __, most) => [
      min,
      max ?? Math.max(min + 1e-6, ...lines.map((line) => line * 1.1), most > 0 ? most * 1.1 : 1),
    ],
  };
};

const drawThresholds = (plot: uPlot, thresholds: Graph["thresholds"]): void => {
  const { ctx: pen, bbox } = plot;
  for (const { value, label, color, right } of thresholds) {
    const y = Math.round(plot.valToPos(value, right ? "right" : "left", true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    pen.save();
    pen.strokeStyle = pen.fillStyle = color ?? resolved("--bad-fill");
    pen.lineWidth = devicePixelRatio;
    pen.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    pen.beginPath();
    pen.moveTo(bbox.left, y);
    pen.lineTo(bbox.left + bbox.width, y);
    pen.stroke();
    pen.font = `${11 * devicePixelRatio}px sans-serif`;
    pen.fillText(label, bbox.left + 4 * devicePixelRatio, y - 4 * devicePixelRatio);
    pen.restore();
  }
};
