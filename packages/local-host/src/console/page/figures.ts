import type { AlarmNow, FlowPicture, NodeFigures, PlacedNode } from "../console-data";

export const milliseconds = (value: number): string => {
  if (value > 0 && value < 9.95) return `${value.toFixed(1)} ms`;
  return value < 10_000 ? `${Math.round(value)} ms` : `${Math.round(value / 1000)} s`;
};

export const duration = (seconds: number): string => {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
};

export const compact = (value: number): string =>
  value < 10_000 ? String(Math.round(value)) : `${Math.round(value / 1000)}k`;

const inShort = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** A value of any unit with three digits: `0.042`, `12.5`, `1.2K`. */
export const plainNumber = (value: number): string => inShort.format(value);

/** The one figure that stands in a node's box: nothing while nothing happens. */
export const shortFigure = ({ kind }: PlacedNode, figures: NodeFigures): string => {
  if (kind === "queue") {
    const waiting = (figures.visible ?? 0) + (figures.delayed ?? 0);
    return [waiting > 0 ? compact(waiting) : "", figures.inFlight ? `+${compact(figures.inFlight)}` : ""]
      .join(" ")
      .trim();
  }
  const count = figures.count ? compact(figures.count) : "";
  return count === "" || figures.p50 === undefined ? count : `${count} · ${milliseconds(figures.p50)}`;
};

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${compact(count)} ${count === 1 ? one : many}`;

const counted: Partial<Record<PlacedNode["kind"], readonly [string, string?]>> = {
  api: ["request"],
  function: ["invocation"],
  topic: ["message published", "messages published"],
  workflow: ["execution"],
};

/** All figures of a node in words. */
export const figureWords = ({ kind }: PlacedNode, figures: NodeFigures): string => {
  if (kind === "queue") {
    const { visible = 0, inFlight = 0, delayed = 0, oldestSeconds = 0 } = figures;
    return [
      `${compact(visible)} waiting`,
      `${compact(inFlight)} in flight`,
      ...(delayed > 0 ? [`${compact(delayed)} delayed`] : []),
      ...(visible > 0 ? [`oldest ${duration(oldestSeconds)}`] : []),
    ].join(", ");
  }
  const words = counted[kind];
  if (words === undefined) return "";
  const { count = 0, errors, p50, running } = figures;
  return [
    `${plural(count, ...words)} in the last minute`,
    ...(errors === undefined ? [] : [plural(errors, "error")]),
    ...(p50 === undefined ? [] : [`median ${milliseconds(p50)}`]),
    ...(running === undefined ? [] : [`${running} running`]),
  ].join(", ");
};

/** Indexes of the alarms that are on, by the index of the node that they are of. */
export const alarmsOn = (picture: FlowPicture, now: readonly AlarmNow[]): ReadonlyMap<number, readonly number[]> => {
  const found = new Map<number, number[]>();
  for (const [index, { nodes }] of picture.alarms.entries()) {
    if (now[index]?.state !== "ALARM") continue;
    for (const node of nodes) found.set(node, [...(found.get(node) ?? []), index]);
  }
  return found;
};
