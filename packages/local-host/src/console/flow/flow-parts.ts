import type { FlowKind, HopKind } from "../console-data";

/** A part of the flow: a resource that something passes through. */
export interface FlowNode {
  readonly arn: string;
  readonly kind: FlowKind;
  /** The name in the program. */
  readonly logical: string;
  /** The physical name. */
  readonly name: string;
  readonly ports: readonly FlowPort[];
}

/** A route of an API, a rule of a bus. */
export interface FlowPort {
  readonly arn: string;
  readonly label: string;
}

/** A connection of two parts, by their ARNs. */
export interface Hop {
  readonly kind: HopKind;
  readonly from: string;
  /** The port that it begins at. */
  readonly port?: string;
  readonly to: string;
}

export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly hops: readonly Hop[];
}

/** The ARN that a route is called by, without the stage. */
export const routeArn = (executionArn: string, routeKey: string): string => `${executionArn} ${routeKey}`;
