import type { ConsoleState, FlowPicture, PlacedHop, PlacedNode } from "../console-data";
import { setClass, setText, svgElement } from "./element";
import { alarmsOn, figureWords, shortFigure } from "./figures";
import { icons, kindNames } from "./icons";

interface DrawnNode {
  readonly group: SVGGElement;
  /** Its name and figures in words: what a screen reader says, and what is shown under the pointer. */
  readonly title: SVGTitleElement;
  readonly figure: SVGTextElement;
  readonly alarmText: SVGTextElement;
}

interface DrawnHop {
  readonly group: SVGGElement;
  readonly rate: SVGTextElement;
}

export interface FlowView {
  readonly svg: SVGSVGElement;
  update(state: ConsoleState): void;
}

/** The flow as a picture. One node can be reached by Tab, the others from there by the arrow keys. */
export const flowView = (picture: FlowPicture, choose: (node: number) => void): FlowView => {
  const hops = picture.hops.map(drawHop);
  const nodes = picture.nodes.map(drawNode);
  const svg = svgElement(
    "svg",
    {
      viewBox: `0 0 ${picture.width} ${picture.height}`,
      width: picture.width,
      height: picture.height,
      role: "group",
      "aria-label": "The flow from left to right. Arrow keys move between its parts.",
    },
    arrowHeads(),
    ...hops.flatMap((hop) => hop?.group ?? []),
    ...nodes.map(({ group }) => group),
  );

  const select = (index: number, focus: boolean): void => {
    for (const [at, { group }] of nodes.entries()) {
      group.setAttribute("tabindex", at === index ? "0" : "-1");
      group.setAttribute("aria-pressed", String(at === index));
    }
    for (const [at, { from, to }] of picture.hops.entries()) {
      hops[at]?.group.classList.toggle("chosen", from === index || to === index);
    }
    if (focus) nodes[index]?.group.focus();
    choose(index);
  };
  for (const [index, { group }] of nodes.entries()) {
    group.addEventListener("click", () => select(index, false));
    group.addEventListener("keydown", (event) => {
      const next = neighbour(picture, index, event.key);
      if (next === undefined) return;
      event.preventDefault();
      select(next, true);
    });
  }
  nodes[firstNode(picture)]?.group.setAttribute("tabindex", "0");

  return {
    svg,
    update: (state) => {
      const on = alarmsOn(picture, state.alarms);
      for (const [index, node] of picture.nodes.entries()) {
        const drawn = nodes[index];
        const figures = state.nodes[index];
        if (drawn === undefined || figures === undefined) continue;
        const alarms = on.get(index)?.length ?? 0;
        setText(drawn.figure, shortFigure(node, figures));
        setText(drawn.alarmText, alarms > 0 ? String(alarms) : "");
        setClass(drawn.group, "alarmed", alarms > 0);
        setClass(drawn.group, "running", (figures.running ?? figures.inFlight ?? 0) > 0);
        setClass(drawn.group, "holds", node.small && (figures.visible ?? 0) > 0);
        const words = [figureWords(node, figures), ...(alarms > 0 ? [`${alarms} in alarm`] : [])];
        const label = `${node.label}, ${kindNames[node.kind]}: ${words.filter((each) => each !== "").join(", ")}`;
        setText(drawn.title, label);
      }
      for (const [index, rate] of state.hops.entries()) {
        const drawn = hops[index];
        if (drawn === undefined) continue;
        setText(drawn.rate, rate === null || rate === 0 ? "" : String(rate));
        setClass(drawn.group, "active", rate !== null && rate > 0);
      }
    },
  };
};

const arrowHeads = (): SVGDefsElement =>
  svgElement(
    "defs",
    {},
    ...["", "active", "failed"].map((kind) =>
      svgElement(
        "marker",
        {
          id: `arrow${kind}`,
          class: `arrow ${kind}`,
          viewBox: "0 0 8 8",
          refX: 7,
          refY: 4,
          markerWidth: 7,
          markerHeight: 7,
          markerUnits: "userSpaceOnUse",
          orient: "auto",
        },
        svgElement("path", { d: "M1 1 7 4 1 7z" }),
      ),
    ),
  );

const drawHop = (hop: PlacedHop): DrawnHop | undefined => {
  if (hop.path === undefined || hop.labelAt === undefined) return undefined;
  const [x, y] = hop.labelAt;
  const rate = svgElement("text", { x, y: y + 3.5, class: "rate" });
  const line = svgElement("path", { d: hop.path });
  return { rate, group: svgElement("g", { class: `hop ${hop.kind}`, "aria-hidden": "true" }, line, rate) };
};

const drawNode = (node: PlacedNode): DrawnNode => {
  const { x, y, width, height } = node;
  const figure = svgElement("text", {
    class: "figure",
    x: x + width - 8,
    y: y + (node.small ? 14 : 18),
  });
  const alarmText = svgElement("text", { x, y: y + 3.5 });
  const title = svgElement("title");
  const labels = node.lines.map((line, index) =>
    svgElement("text", { class: "label", x: x + 8, y: y + (node.small ? 14 : 34 + index * 14) }, line),
  );
  const icon = node.small
    ? []
    : [svgElement("path", { class: "icon", d: icons[node.kind], transform: `translate(${x + 8} ${y + 6})` })];
  const ports = node.ports.flatMap((port) => [
    svgElement("line", { class: "divider", x1: x, x2: x + width, y1: port.y - 9, y2: port.y - 9 }),
    svgElement("text", { class: "port", x: x + 8, y: port.y + 4 }, port.label),
  ]);
  const group = svgElement(
    "g",
    { class: `node ${node.kind}${node.small ? " small" : ""}`, tabindex: -1, role: "button", "aria-pressed": "false" },
    title,
    svgElement(
      "g",
      // The title says all of it in words.
      { "aria-hidden": "true" },
      svgElement("rect", { class: "box", x, y, width, height, rx: node.small ? 4 : 6 }),
      ...icon,
      ...labels,
      ...ports,
      figure,
      svgElement("g", { class: "alarm" }, svgElement("circle", { cx: x, cy: y, r: 8 }), alarmText),
    ),
  );
  return { group, title, figure, alarmText };
};

/** Where Tab goes first: the part furthest to the left, and of those the highest. */
const firstNode = ({ nodes }: FlowPicture): number => {
  const rank = ({ x, y }: PlacedNode): number => x * 10_000 + y;
  const first = nodes.toSorted((one, other) => rank(one) - rank(other))[0];
  return first === undefined ? -1 : nodes.indexOf(first);
};

/** The nearest node in the direction of an arrow key: along the key first, and as little aside as possible. */
const neighbour = ({ nodes }: FlowPicture, index: number, key: string): number | undefined => {
  const [dx, dy] = directions[key] ?? [0, 0];
  const from = nodes[index];
  if (from === undefined || (dx === 0 && dy === 0)) return undefined;
  let best: { readonly at: number; readonly far: number } | undefined;
  for (const [at, node] of nodes.entries()) {
    const [right, down] = [middle(node).x - middle(from).x, middle(node).y - middle(from).y];
    const along = right * dx + down * dy;
    if (along <= 4) continue;
    const far = along + 3 * Math.abs(right * dy + down * dx);
    if (best === undefined || far < best.far) best = { at, far };
  }
  return best?.at;
};

const middle = ({ x, y, width, height }: PlacedNode) => ({ x: x + width / 2, y: y + height / 2 });

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};
