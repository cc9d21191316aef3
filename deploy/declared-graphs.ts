import { join } from "node:path";
import { loadGraph } from "pulumi-local-host/load-graph";
import type { ResourceGraph } from "pulumi-local-host/resource-graph";

/** In the place of what the files of staging and prod leave to whoever deploys them; nothing is called. */
const ownPlaceholders = {
  "aws:allowedAccountIds": '["444455556666"]',
  paymentUrl: "https://payments.shop.internal",
  paymentKey: "payment-key",
  shippingUrl: "https://shipping.shop.internal",
  shippingKey: "shipping-key",
  slackWebhookUrl: "https://slack.shop.internal/webhook-key",
  alertEmail: "orders@shop.internal",
};

/** Everything that a setting adds to a stack. */
const withAllOptions = {
  ...ownPlaceholders,
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
  await declared("prod", ownPlaceholders),
  await declared("prod", withAllOptions),
];
