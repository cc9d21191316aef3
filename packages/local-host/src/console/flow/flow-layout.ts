import { Graph, layout } from "@dagrejs/dagre";
import type { FlowPicture, HopKind, PlacedHop, PlacedNode } from "../console-data";
import { boxesAt, placePorts, type SizedNode, sizedNodes } from "./flow-boxes";
import { curve, direct, middleOf, type Point } from "./flow-curves";
import type { FlowGraph, FlowNode, Hop } from "./flow-parts";

const spacing = { rankdir: "LR", nodesep: 14, ranksep: 28, edgesep: 8, marginx: 12, marginy: 12 };

/** How much a connection pulls its ends into one line: what only reads may bend. */
const weights: Partial<Record<HopKind, number>> = { reads: 0, writes: 1 };

/** The flow in boxes and curves from left to right. */
export const placeFlow = (flow: FlowGraph): Pick<FlowPicture, "width" | "height" | "nodes" | "hops"> => {
  const { nodes, hops } = flow;
  const owners = deadLetterOwners(nodes, hops);
  const sized = sizedNodes(flow, owners);
  const graph = laidOut(
    sized,
    hops.filter(({ to }) => !owners.has(to)),
  );
  const placed = new Map(sized.flatMap((each) => boxesAt(each, graph.node(each.node.arn))));
  const rows = new Map<string, number>();
  for (const each of sized) {
    const box = placed.get(each.node.arn);
    if (box === undefined) continue;
    const ports = placePorts(each, box, hops, placed);
    for (const { arn, y } of ports) rows.set(arn, y);
    placed.set(each.node.arn, { ...box, ports: ports.map(({ label, y }) => ({ label, y })) });
  }
  const { width = 0, height = 0 } = graph.graph();
  const pathOf = (hop: Hop): readonly Point[] | undefined => {
    const [from, to] = [placed.get(hop.from), placed.get(hop.to)];
    if (from === undefined || to === undefined || owners.get(hop.to) === hop.from) return undefined;
    return owners.has(hop.to) ? direct(from, to) : routed(graph, hop, from, rows.get(hop.port ?? ""));
  };
  return {
    width,
    height,
    nodes: nodes.flatMap(({ arn }) => placed.get(arn) ?? []),
    hops: placedHops(flow, pathOf),
  };
};

/** Which queues are for dead letters alone, and which part each is drawn at: the queue it is for, else the first. */
const deadLetterOwners = (nodes: readonly FlowNode[], hops: readonly Hop[]): ReadonlyMap<string, string> => {
  const kindOf = new Map(nodes.map(({ arn, kind }) => [arn, kind]));
  const owners = new Map<string, string>();
  for (const { arn, kind } of nodes) {
    const into = hops.filter((hop) => hop.to === arn && hop.kind === "dead-letters");
    const owner = into.find(({ from }) => kindOf.get(from) === "queue") ?? into[0];
    const leadsOn = hops.some(({ from }) => from === arn);
    if (kind === "queue" && !leadsOn && owner !== undefined) owners.set(arn, owner.from);
  }
  return owners;
};

const laidOut = (sized: readonly SizedNode[], hops: readonly Hop[]): Graph => {
  const graph = new Graph();
  graph.setGraph(spacing);
  for (const { node, width, wholeHeight } of sized) graph.setNode(node.arn, { width, height: wholeHeight });
  for (const { from, to, kind } of hops) graph.setEdge(from, to, { weight: weights[kind] ?? 4 });
  layout(graph);
  return graph;
};

/** The points that the layout has found between two boxes, begun at a row of the first where the hop has one. */
const routed = (graph: Graph, { from, to }: Hop, box: PlacedNode, row: number | undefined): readonly Point[] => {
  const found: readonly { readonly x: number; readonly y: number }[] = graph.edge(from, to).points;
  const points = found.map(({ x, y }): Point => [x, y]);
  return row === undefined ? points : [[box.x + box.width, row], ...points.slice(1)];
};

const placedHops = (
  { nodes, hops }: FlowGraph,
  pathOf: (hop: Hop) => readonly Point[] | undefined,
): readonly PlacedHop[] => {
  const index = new Map(nodes.map(({ arn }, at) => [arn, at]));
  const portLabels = new Map(nodes.flatMap(({ ports }) => ports.map(({ arn, label }) => [arn, label])));
  return hops.map((hop) => {
    const port = portLabels.get(hop.port ?? "");
    const points = pathOf(hop);
    return {
      kind: hop.kind,
      from: index.get(hop.from) ?? 0,
      ...(port !== undefined && { port }),
      to: index.get(hop.to) ?? 0,
      ...(points !== undefined && { path: curve(points), labelAt: middleOf(points) }),
    };
  });
};
