import type { FlowKind } from "../console-data";

/** Lines of a 14 by 14 picture for each kind of part. */
export const icons: Readonly<Record<FlowKind, string>> = {
  api: "M4.5 3.5 1.5 7l3 3.5M9.5 3.5l3 3.5-3 3.5M8 2.5 6 11.5",
  function: "M2.5 2h2c3 0 4 10 7 10M7 6.2 3 12",
  queue: "M1.5 4h11v6h-11zM4.5 4v6M7.5 4v6M10.5 4v6",
  topic:
    "M7 7h.01M4.5 9.5a3.5 3.5 0 0 1 0-5M9.5 4.5a3.5 3.5 0 0 1 0 5M2.5 11.5a6.4 6.4 0 0 1 0-9M11.5 2.5a6.4 6.4 0 0 1 0 9",
  bus: "M1.5 5h11M1.5 9h11M4 5V2.5M10 5V2.5M4 11.5V9M10 11.5V9",
  table: "M2 2.5h10v9H2zM2 5.5h10M2 8.5h10M6 5.5v6",
  bucket: "M2 3h10l-1.3 9H3.3zM2.5 6h9",
  workflow: "M5 1.5h4v3H5zM1.5 9.5h4v3h-4zM8.5 9.5h4v3h-4zM7 4.5v2.5M3.5 9.5V7h7v2.5",
  schedule: "M7 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M7 4v3l2 1.5",
};

export const kindNames: Readonly<Record<FlowKind, string>> = {
  api: "API",
  function: "function",
  queue: "queue",
  topic: "topic",
  bus: "event bus",
  table: "table",
  bucket: "bucket",
  workflow: "workflow",
  schedule: "schedule",
};
