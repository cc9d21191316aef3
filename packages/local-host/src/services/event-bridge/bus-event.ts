import { randomUUID } from "node:crypto";
import type { ResourceGraph } from "../../kernel/program/resource-graph";

/** An event as rules match it and targets get it. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** Without fractions of a second: 2026-01-31T12:00:00Z. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  readonly "replay-name"?: string;
}

export type BusEventContent = Pick<BusEvent, "detail-type" | "source" | "resources" | "detail">;

export const newBusEvent = (graph: ResourceGraph, content: BusEventContent, time: Date): BusEvent => ({
  version: "0",
  id: randomUUID(),
  "detail-type": content["detail-type"],
  source: content.source,
  account: graph.accountId,
  time: `${time.toISOString().slice(0, 19)}Z`,
  region: graph.region,
  resources: content.resources,
  detail: content.detail,
});
