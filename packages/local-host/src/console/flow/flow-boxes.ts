import type { PlacedNode, PlacedPort } from "../console-data";
import { labelLines, shortNames } from "./flow-labels";
import type { FlowGraph, FlowNode, Hop } from "./flow-parts";

/** Sizes in the picture's own units, which are pixels at its natural size. The page draws text at the same places. */
const lineHeight = 14;
const padding = 8;
const figuresHeight = 14;
const portHeight = 18;
/** Between a node's name and its rows. */
const portsGap = 5;
const smallHeight = 20;
const smallGap = 4;
/** Of a name, which is bold, and of a row. */
const [nameCharacter, rowCharacter] = [7.3, 6.1];
/** A box is as wide as its longest text, within these; one with a count and a time beside its icon is wider. */
const [narrowest, widest] = [76, 240];
const narrowestTimed = 106;
const timed: readonly FlowNode["kind"][] = ["api", "function", "workflow"];

/** A part of the flow with the size of its box, and the queues for what failed there, drawn in small beneath it. */
export interface SizedNode {
  readonly node: FlowNode;
  readonly label: string;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  /** With what is beneath. */
  readonly wholeHeight: number;
  readonly beneath: readonly { readonly node: FlowNode; readonly label: string; readonly text: string }[];
}

/** The boxes of a flow. `owners` has, by its ARN, the part that a queue for dead letters is drawn at. */
export const sizedNodes = ({ nodes }: FlowGraph, owners: ReadonlyMap<string, string>): readonly SizedNode[] => {
  const labels = shortNames(nodes.map(({ logical }) => logical));
  const labelOf = ({ logical }: FlowNode): string => labels.get(logical) ?? logical;
  return nodes
    .filter(({ arn }) => !owners.has(arn))
    .map((node) => {
      const label = labelOf(node);
      const beneath = nodes
        .filter(({ arn }) => owners.get(arn) === node.arn)
        .map((each) => ({ node: each, label: labelOf(each), text: withoutBegin(labelOf(each), label) }));
      return sized(node, label, beneath);
    });
};

/** What is said at its owner already is not said again: `import-dlq` at `import` is `dlq`. */
const withoutBegin = (label: string, owner: string): string =>
  label.startsWith(`${owner}-`) ? label.slice(owner.length + 1) : label;

const sized = (node: FlowNode, label: string, beneath: SizedNode["beneath"]): SizedNode => {
  const lines = labelLines(label);
  const longest = Math.max(
    (timed.includes(node.kind) ? narrowestTimed : narrowest) - 2 * padding,
    ...lines.map((line) => line.length * nameCharacter),
    ...node.ports.map((port) => port.label.length * rowCharacter),
    // The count stands at its right.
    ...beneath.map(({ text }) => (text.length + 4) * rowCharacter),
  );
  const rows = node.ports.length === 0 ? 0 : portsGap + node.ports.length * portHeight - padding;
  const height = 2 * padding + lines.length * lineHeight + figuresHeight + rows;
  return {
    node,
    label,
    lines,
    beneath,
    width: Math.round(Math.min(longest + 2 * padding, widest)),
    height,
    wholeHeight: height + beneath.length * (smallHeight + smallGap),
  };
};

/** The box of a part whose middle is known, and the boxes beneath it, by their ARNs. */
export const boxesAt = (
  { node, label, lines, width, height, wholeHeight, beneath }: SizedNode,
  middle: { readonly x: number; readonly y: number },
): readonly (readonly [string, PlacedNode])[] => {
  const [x, y] = [middle.x - width / 2, middle.y - wholeHeight / 2];
  return [
    [node.arn, { x, y, width, height, kind: node.kind, label, lines, name: node.name, ports: [], small: false }],
    ...beneath.map(({ node: { arn, kind, name }, label: own, text }, index): readonly [string, PlacedNode] => {
      const top = y + height + smallGap + index * (smallHeight + smallGap);
      const box = { x, y: top, width, height: smallHeight };
      return [arn, { ...box, kind, label: own, lines: [text], name, ports: [], small: true }];
    }),
  ];
};

/** Rows in the sequence of where they lead, so that their lines do not cross. */
export const placePorts = (
  { node, lines }: SizedNode,
  box: PlacedNode,
  hops: readonly Hop[],
  placed: ReadonlyMap<string, PlacedNode>,
): readonly (PlacedPort & { readonly arn: string })[] => {
  const leadsTo = (port: string): number =>
    Math.min(
      ...hops.filter((hop) => hop.port === port && hop.kind !== "dead-letters").map(({ to }) => placed.get(to)?.y ?? 0),
    );
  const top = box.y + padding + lines.length * lineHeight + figuresHeight + portsGap;
  return node.ports
    .toSorted((one, other) => leadsTo(one.arn) - leadsTo(other.arn))
    .map(({ arn, label }, index) => ({ arn, label, y: top + index * portHeight + portHeight / 2 }));
};
