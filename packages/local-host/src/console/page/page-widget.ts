import type { DashboardNow } from "../dashboard-data";

/** A widget on the page; what never changes has no `update`. */
export interface PageWidget {
  readonly content: readonly HTMLElement[];
  update?(now: DashboardNow, index: number): void;
}
