import * as z from "zod";
import { log } from "../lambda/log";
import { taskHandler } from "../lambda/task-handler";
import { orderFields } from "../orders/order-log";
import { paymentMethodSchema } from "../orders/payment-method";
import { recordBy } from "../orders/record-metrics";
import { traceSchema } from "../values/trace";
import { paymentEnvironment, paymentsFrom } from "./payments-adapter";
import { taskOrderSchema } from "./task-order";
import { timed } from "./timed";

/**
 * Answers whether the payment was taken or declined; the workflow chooses by it.
 *
 * @throws ServiceUnavailable when a later try may work
 */
export const takePaymentHandler = taskHandler({
  environment: paymentEnvironment,
  // A workflow cannot leave a field out: null stands for an order without a payment method.
  input: z.object({ order: taskOrderSchema, payment_method: paymentMethodSchema.nullish(), trace: traceSchema }),
  build: (environment) => {
    const payments = paymentsFrom(environment);
    return async ({ order, payment_method, trace }) => {
      const take = () => payments.take(order, payment_method ?? undefined);
      const payment = await timed(take, (answer, latency) => {
        recordBy("PaymentLatency", { Outcome: answer?.kind ?? "failed" }, latency);
      });
      const about = orderFields({ ...order, trace });
      log.info(about, payment.kind === "declined" ? "payment declined" : "payment taken");
      return payment;
    };
  },
});
