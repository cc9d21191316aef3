import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import * as z from "zod";
import { resource } from "../support/stack-graph";

/** Namespace, metric, name and value of each dimension, and how it is drawn. */
const line = z.array(
  z.union([z.string(), z.object({ stat: z.string(), label: z.string(), yAxis: z.string().optional() })]),
);

const body = z.object({
  widgets: z.array(
    z.object({
      type: z.string(),
      x: z.int(),
      y: z.int(),
      width: z.int(),
      height: z.int(),
      properties: z.looseObject({
        title: z.string().optional(),
        markdown: z.string().optional(),
        metrics: z.array(line).optional(),
        alarms: z.array(z.string()).optional(),
      }),
    }),
  ),
});

/** What a program declares as a dashboard. */
export const dashboardOf = (graph: ResourceGraph, name: string) => {
  const { dashboardName, dashboardBody } = resource(graph, "aws:cloudwatch/dashboard:Dashboard", name).inputs;
  return { name: String(dashboardName), ...body.parse(JSON.parse(String(dashboardBody))) };
};
