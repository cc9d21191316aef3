import { isForDevelopment } from "./placeholders";

/**
 * Made-up values for the settings that staging and prod leave to whoever deploys them: for evaluating such a stack without
 * deploying it, as the tests, the deploy role and the cost command do. The same everywhere, so that one evaluation serves all.
 */
export const standInSettings = (stack: string): Readonly<Record<string, string>> =>
  isForDevelopment(stack)
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
