import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  /** Of the x axis, such as `seconds`. */
  readonly x: string;
  readonly series: readonly Series[];
}

const width = 720;
const height = 220;
const margin = { top: 44, right: 16, bottom: 34, left: 64 };

/** Told apart by those who do not see all colours: https://jfly.uni-koeln.de/color/ */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/** Points of a line that is drawn; more would not be seen. */
const mostPoints = 700;

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const thinned = <Point>(points: readonly Point[]): readonly Point[] => {
  const step = Math.ceil(points.length / mostPoints);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
};

/** One plot of lines as an SVG group, `top` pixels from the upper edge. */
function panel({ title, x, series }: Plot, top: number): string {
  const points = series.flatMap((each) => each.points);
  const across = scaleLinear([0, Math.max(1, ...points.map(([at]) => at))], [margin.left, width - margin.right]);
  const up = scaleLinear(
    [0, Math.max(1, ...points.map(([, value]) => value))],
    [height - margin.bottom, margin.top],
  ).nice(4);
  const path = line<readonly [number, number]>(
    ([at]) => across(at),
    ([, value]) => up(value),
  ).digits(1);
  const legend = series.map(({ name }, index) => {
    const left = margin.left + index * 160;
    return `<rect x="${left}" y="25" width="14" height="4" fill="${colours[index % colours.length]}"/><text x="${left + 19}" y="31">${escaped(name)}</text>`;
  });
  const horizontal = up.ticks(4).map((value) => {
    const at = up(value).toFixed(1);
    return `<path class="grid" d="M${margin.left} ${at}H${width - margin.right}"/><text x="${margin.left - 6}" y="${at}" dy="4" text-anchor="end">${value.toLocaleString("en")}</text>`;
  });
  const vertical = across.ticks(8).map((value) => {
    const text = value.toLocaleString("en");
    return `<text x="${across(value).toFixed(1)}" y="${height - margin.bottom + 16}" text-anchor="middle">${text}</text>`;
  });
  const lines = series.map(
    (each, index) =>
      `<path class="line" stroke="${colours[index % colours.length]}" d="${path(thinned(each.points)) ?? ""}"/>`,
  );
  return [
    `<g transform="translate(0 ${top})">`,
    `<text class="title" x="${margin.left}" y="15">${escaped(title)}</text>`,
    ...legend,
    ...horizontal,
    ...vertical,
    `<text x="${width - margin.right}" y="${height - 4}" text-anchor="end">${escaped(x)}</text>`,
    ...lines,
    "</g>",
  ].join("\n");
}

const style =
  "svg{background:#fff;font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600}.grid{stroke:#ddd;fill:none}.line{fill:none;stroke-width:1.5}";

/** Plots one below the other, as a picture that needs nothing else. The same plots give the same text. */
export const svgOf = (plots: readonly Plot[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height * plots.length}" role="img" aria-label="${escaped(plots.map(({ title }) => title).join("; "))}">`,
    `<style>${style}</style>`,
    ...plots.map((plot, index) => panel(plot, index * height)),
    "</svg>",
    "",
  ].join("\n");
