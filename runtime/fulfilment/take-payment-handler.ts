import * as z from "zod";
import { count } from "../lambda/count";
import { log } from "../lambda/log";
import { taskHandler } from "../lambda/task-handler";
import { paymentMethodSchema } from "../orders/payment-method";
import { traceSchema } from "../values/trace";
import { paymentEnvironment, paymentsFrom } from "./payments-adapter";
import { taskOrderSchema } from "./task-order";

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
      const payment = await payments.take(order, payment_method ?? undefined);
      const about = { order_id: order.order_id, correlation_id: trace.correlation_id };
      if (payment.kind === "declined") {
        log.info(about, "payment declined");
        count("PaymentsDeclined");
      } else {
        log.info(about, "payment taken");
        count("PaymentsTaken");
      }
      return payment;
    };
  },
});
