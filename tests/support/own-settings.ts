/** What the files of staging and prod leave to whoever deploys them: keys, and their own in the place of placeholders. */
export const ownSettings = (stack: string): Readonly<Record<string, string>> =>
  stack === "dev"
    ? {}
    : {
        "aws:allowedAccountIds": '["444455556666"]',
        paymentUrl: "https://payments.shop.internal",
        paymentKey: "payment-key-for-tests",
        shippingUrl: "https://shipping.shop.internal",
        shippingKey: "shipping-key-for-tests",
        slackWebhookUrl: "https://slack.shop.internal/webhook-key-for-tests",
        alertEmail: "orders@shop.internal",
      };
