import type { Box } from "../console-data";

export type Point = readonly [x: number, y: number];

/** From the right side of one box to the left side of another, around what is between them by a little. */
export const direct = (from: Box, to: Box): readonly Point[] => [
  [from.x + from.width, from.y + from.height / 2],
  [(from.x + from.width + to.x) / 2, (from.y + to.y) / 2 + to.height],
  [to.x, to.y + to.height / 2],
];

export const middleOf = (points: readonly Point[]): Point => {
  const at = (points.length - 1) / 2;
  const [low, high] = [points[Math.floor(at)] ?? [0, 0], points[Math.ceil(at)] ?? [0, 0]];
  return [Math.round((low[0] + high[0]) / 2), Math.round((low[1] + high[1]) / 2)];
};

/** What SVG draws along points: a quadratic curve at each, from the middle of one leg to the middle of the next. */
export const curve = (points: readonly Point[]): string => {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (first === undefined || last === undefined) return "";
  if (rest.length === 0) return `M${text(first)} L${text(last)}`;
  const bends = rest.map((point, index) => {
    const next = rest[index + 1];
    return `Q${text(point)} ${text(next === undefined ? last : [(point[0] + next[0]) / 2, (point[1] + next[1]) / 2])}`;
  });
  return [`M${text(first)}`, ...bends].join(" ");
};

const text = ([x, y]: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
