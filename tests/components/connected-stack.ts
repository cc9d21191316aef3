/** Settings of a stack with every way in and out switched on: one evaluation serves all tests that need some of them. */
export const connected = {
  partners: JSON.stringify([
    { name: "returns", eventTypes: ["OrderRejected"], accountId: "111122223333" },
    { name: "warehouse" },
  ]),
  webhooks: JSON.stringify([{ url: "https://partner.shop.internal/orders", eventTypes: ["OrderShipped"] }]),
  rejectionEmail: "operators@shop.internal",
  slackWebhookUrl: "https://slack.shop.internal/webhook-for-tests",
  accessLogBucket: "shop-access-logs",
  publisherAccounts: '["444455556666"]',
  publishSchedule: '{"expression":"rate(5 minutes)","orders":10}',
};
