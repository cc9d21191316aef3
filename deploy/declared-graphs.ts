import { join } from "node:path";
import { loadGraph } from "pulumi-local-host/load-graph";
import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { standInSettings } from "../settings/stand-in-settings";

/** Everything that a setting adds to a stack. */
const withAllOptions = {
  ...standInSettings("prod"),
  accessLogBucket: "shop-access-logs",
  permissionsBoundary: "order-pipeline-prod-boundary",
  partners: '[{"name":"warehouse"}]',
  publishSchedule: '{"expression":"rate(5 minutes)"}',
  rejectionEmail: "orders@shop.internal",
  vpc: "true",
  webhooks: '[{"url":"https://hooks.shop.internal/orders"}]',
};

/** Nothing answers there: the graphs are only read. */
const endpoints = { awsEndpoint: "http://localhost:4566", apiEndpoint: "http://localhost:3000" };

const declared = (stack: string, overrides: Readonly<Record<string, string>>): Promise<ResourceGraph> =>
  loadGraph({ projectDir: join(__dirname, ".."), stack, overrides, ...endpoints });

/** What the program declares: as it is in dev and prod, and with every option. */
export const declaredGraphs = async (): Promise<readonly ResourceGraph[]> => [
  await declared("dev", {}),
  await declared("prod", standInSettings("prod")),
  await declared("prod", withAllOptions),
];
