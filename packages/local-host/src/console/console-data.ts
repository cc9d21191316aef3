import type { TraceRow } from "../services/xray/trace-rows";

/** What the console's page is sent. Types alone: both the host and the page, which knows nothing of Node, read this file. */

export type FlowKind = "api" | "function" | "queue" | "topic" | "bus" | "table" | "bucket" | "workflow" | "schedule";

/** Why two parts of the flow are connected. */
export type HopKind =
  /** A route, a schedule or a state machine calls a function; a state machine is started. */
  | "calls"
  /** A queue's messages or a stream's records are given to a function. */
  | "feeds"
  /** A rule, a subscription, a notification or a schedule sends to a queue, a topic or a bus. */
  | "delivers"
  /** A role may write there, and nothing declared says it better. */
  | "writes"
  /** A role may only read there. */
  | "reads"
  /** What failed ends there. */
  | "dead-letters";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A row of a node: a route of an API, a rule of a bus. */
export interface PlacedPort {
  readonly label: string;
  readonly y: number;
}

export interface PlacedNode extends Box {
  readonly kind: FlowKind;
  /** The name in the program, without the part that all names begin with. */
  readonly label: string;
  /** The label in lines that fit into the box. */
  readonly lines: readonly string[];
  /** The physical name. */
  readonly name: string;
  readonly ports: readonly PlacedPort[];
  /** A queue for dead letters, drawn in small beneath the node that it belongs to. */
  readonly small: boolean;
}

export interface PlacedHop {
  readonly kind: HopKind;
  /** Index of a node. */
  readonly from: number;
  /** The row of `from` that it begins at, for people. */
  readonly port?: string;
  readonly to: number;
  /** What SVG draws; undefined for a queue for dead letters that is drawn at the node itself. */
  readonly path?: string;
  /** The middle of the path. */
  readonly labelAt?: readonly [x: number, y: number];
}

/** The flow that a program declares, laid out from left to right. */
export interface FlowPicture {
  readonly stack: string;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly hops: readonly PlacedHop[];
  readonly alarms: readonly DeclaredAlarm[];
  /** Names of the dashboards that the program declares. */
  readonly dashboards: readonly string[];
}

export interface DeclaredAlarm {
  readonly name: string;
  readonly description: string;
  /** Indexes of the nodes that its metrics are of. */
  readonly nodes: readonly number[];
}

export interface NodeFigures {
  /** Functions: events at work now. */
  readonly running?: number;
  /** Functions, workflows and APIs: in the last minute. */
  readonly count?: number;
  readonly errors?: number;
  /** Milliseconds, median of the last minute. */
  readonly p50?: number;
  /** Queues. */
  readonly visible?: number;
  readonly inFlight?: number;
  readonly delayed?: number;
  readonly oldestSeconds?: number;
}

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export interface AlarmNow {
  readonly state: AlarmState;
  /** Of an alarm that is on. */
  readonly reason?: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** What changes; in the sequence of the picture's nodes, hops and alarms. */
export interface ConsoleState {
  /** The host's clock, epoch milliseconds: it can be ahead of the browser's. */
  readonly now: number;
  readonly nodes: readonly NodeFigures[];
  /** Calls in the last minute; null where nothing counts them. */
  readonly hops: readonly (number | null)[];
  readonly alarms: readonly AlarmNow[];
}

export interface DeadLetter {
  readonly id: string;
  readonly ageSeconds: number;
  readonly received: number;
  /** The queue that it came from. */
  readonly from?: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface DeadLetters {
  readonly messages: readonly DeadLetter[];
  /** How many there are beside these. */
  readonly more: number;
}

/** A redrive that was begun. */
export interface MoveTask {
  /** As ListMessageMoveTasks has it. */
  readonly status: string;
  readonly moved: number;
  readonly reason?: string;
}

export interface FoundLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly group: string;
  readonly message: string;
}

export interface FoundTrace {
  readonly id: string;
  readonly rows: readonly TraceRow[];
}

export interface FoundLines {
  readonly lines: readonly FoundLine[];
  /** How many earlier ones there are. */
  readonly more: number;
}

/** What a search finds. */
export interface Found extends FoundLines {
  /** Traces that the lines name. */
  readonly traces: readonly FoundTrace[];
}

export interface PlottedSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

export interface Plot {
  readonly title: string;
  readonly unit: "count" | "ms";
  readonly series: readonly PlottedSeries[];
  /** How many series have data; those with most are here. */
  readonly of: number;
}

export interface PlottedHour {
  /** Epoch milliseconds at which each minute begins. */
  readonly times: readonly number[];
  readonly plots: readonly Plot[];
}
