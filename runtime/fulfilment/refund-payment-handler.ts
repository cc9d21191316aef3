import * as z from "zod";
import { count } from "../lambda/count";
import { log } from "../lambda/log";
import { taskHandler } from "../lambda/task-handler";
import { traceSchema } from "../values/trace";
import { paymentEnvironment, paymentsFrom } from "./payments-adapter";
import { taskOrderSchema } from "./task-order";

/** @throws ServiceUnavailable when a later try may work */
export const refundPaymentHandler = taskHandler({
  environment: paymentEnvironment,
  input: z.object({ order: taskOrderSchema, trace: traceSchema }),
  build: (environment) => {
    const payments = paymentsFrom(environment);
    return async ({ order, trace }) => {
      const { refund_reference } = await payments.refund(order);
      log.info({ order_id: order.order_id, correlation_id: trace.correlation_id }, "payment refunded");
      count("PaymentsRefunded");
      return { refund_reference };
    };
  },
});
