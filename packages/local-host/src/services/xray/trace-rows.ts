/**
 * A trace as the rows of a waterfall. Pure, for any drawing of one: documents as BatchGetTraces has them in, rows out.
 * Nothing is checked but what is needed: a document may come from AWS, and have fields that are not known here.
 */
export interface TraceRow {
  readonly id: string;
  readonly name: string;
  /** What made it: `AWS::Lambda`, `AWS::StepFunctions::StateMachine`; undefined where nothing says so. */
  readonly origin: string | undefined;
  /** Milliseconds since the epoch, with fractions. */
  readonly start: number;
  /** Milliseconds; undefined while it is under way. */
  readonly duration: number | undefined;
  /** 0 for what nothing in this trace has caused. */
  readonly depth: number;
  readonly status: "ok" | "error" | "throttled" | "fault" | "under way";
  readonly annotations: Readonly<Record<string, string | number | boolean>>;
}

interface Node extends Omit<TraceRow, "depth"> {
  readonly parent: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The rows of one trace: each below what caused it, and what was caused by the same in the sequence of time. */
export const traceRows = (documents: readonly string[]): readonly TraceRow[] => {
  const nodes = new Map<string, Node>();
  for (const document of documents) {
    for (const node of nodesOf(JSON.parse(document), undefined)) nodes.set(node.id, node);
  }
  return belowEachOther(asOneOfLambda([...nodes.values()]));
};

const nodesOf = (value: unknown, enclosing: string | undefined): readonly Node[] => {
  const fields = isFields(value) ? value : {};
  const { id, name, start_time, end_time, origin, parent_id, annotations, subsegments } = fields;
  if (typeof id !== "string" || typeof start_time !== "number") return [];
  const node: Node = {
    id,
    name: String(name),
    origin: typeof origin === "string" ? origin : undefined,
    start: start_time * 1000,
    duration: typeof end_time === "number" ? (end_time - start_time) * 1000 : undefined,
    status: statusOf(fields),
    annotations: annotationsOf(annotations),
    parent: enclosing ?? (typeof parent_id === "string" ? parent_id : undefined),
  };
  const inner = Array.isArray(subsegments) ? subsegments.flatMap((each) => nodesOf(each, id)) : [];
  return [node, ...inner];
};

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

const statusOf = ({ fault, error, throttle, end_time }: Fields): TraceRow["status"] => {
  if (fault === true) return "fault";
  if (throttle === true) return "throttled";
  if (error === true) return "error";
  return typeof end_time === "number" ? "ok" : "under way";
};

const annotationsOf = (value: unknown): TraceRow["annotations"] =>
  Object.fromEntries(
    Object.entries(isFields(value) ? value : {}).flatMap(([key, each]) =>
      typeof each === "string" || typeof each === "number" || typeof each === "boolean" ? [[key, each]] : [],
    ),
  );

/** Lambda reports an invocation twice, as the service and as the function: they become one row. */
const asOneOfLambda = (nodes: readonly Node[]): readonly Node[] => {
  const services = new Map(nodes.filter(({ origin }) => origin === "AWS::Lambda").map((node) => [node.id, node]));
  const functions = new Map(
    nodes
      .filter(({ origin, parent }) => origin === "AWS::Lambda::Function" && services.has(parent ?? ""))
      .map((node) => [node.id, node.parent]),
  );
  return nodes
    .filter(({ id }) => !functions.has(id))
    .map((node) => ({ ...node, parent: functions.get(node.parent ?? "") ?? node.parent }));
};

const belowEachOther = (nodes: readonly Node[]): readonly TraceRow[] => {
  const known = new Set(nodes.map(({ id }) => id));
  const inTime = nodes.toSorted((one, other) => one.start - other.start);
  const causedBy = (cause: string | undefined): readonly Node[] =>
    inTime.filter(({ parent }) => (parent !== undefined && known.has(parent) ? parent : undefined) === cause);
  const rows: TraceRow[] = [];
  const seen = new Set<string>();
  const add = ({ parent: _, ...node }: Node, depth: number): void => {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    rows.push({ ...node, depth });
    for (const each of causedBy(node.id)) add(each, depth + 1);
  };
  for (const root of causedBy(undefined)) add(root, 0);
  // What is its own cause, as no service says, is not left out.
  for (const node of inTime) add(node, 0);
  return rows;
};
