import type uPlot from "uplot";
import { element } from "./element";

/** A custom property with `light-dark()` in it, as the colour that it is now: a canvas does not evaluate it. */
export const resolved = (name: string): string => {
  const probe = element("span", { class: "probe" });
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};

/** How an axis looks; read when a plot is made. */
export const axisStyle = () => ({
  stroke: resolved("--dim"),
  grid: { stroke: resolved("--line"), width: 1 },
  ticks: { stroke: resolved("--line"), width: 1, size: 4 },
  font: `11px ${getComputedStyle(document.documentElement).fontFamily}`,
});

/** Hours and minutes. */
export const clockAxis = (): uPlot.Axis => ({
  ...axisStyle(),
  size: 24,
  space: 70,
  values: (_, at) => at.map((each) => new Date(each * 1_000).toTimeString().slice(0, 5)),
});

/** Colours are read when a plot is made: it is made again when they change. */
export const whenColoursChange = (redraw: () => void): void =>
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
