import * as z from "zod";
import { log } from "../lambda/log";
import { taskHandler } from "../lambda/task-handler";
import { orderFields } from "../orders/order-log";
import { recordBy } from "../orders/record-metrics";
import { traceSchema } from "../values/trace";
import { paymentEnvironment, paymentsFrom } from "./payments-adapter";
import { taskOrderSchema } from "./task-order";
import { timed } from "./timed";

/** @throws ServiceUnavailable when a later try may work */
export const refundPaymentHandler = taskHandler({
  environment: paymentEnvironment,
  input: z.object({ order: taskOrderSchema, trace: traceSchema }),
  build: (environment) => {
    const payments = paymentsFrom(environment);
    return async ({ order, trace }) => {
      const { refund_reference } = await timed(
        () => payments.refund(order),
        (answer, latency) => {
          recordBy("RefundLatency", { Outcome: answer === undefined ? "failed" : "refunded" }, latency);
        },
      );
      log.info(orderFields({ ...order, trace }), "payment refunded");
      return { refund_reference };
    };
  },
});
