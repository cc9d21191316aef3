import * as z from "zod";
import { log } from "../lambda/log";
import { taskHandler } from "../lambda/task-handler";
import { orderFields } from "../orders/order-log";
import { recordBy } from "../orders/record-metrics";
import { traceSchema } from "../values/trace";
import { shippingEnvironment, shippingFrom } from "./shipping-adapter";
import { taskOrderSchema } from "./task-order";
import { timed } from "./timed";

/**
 * Answers whether the order was shipped or refused; the workflow chooses by it.
 *
 * @throws ServiceUnavailable when a later try may work
 */
export const shipOrderHandler = taskHandler({
  environment: shippingEnvironment,
  input: z.object({ order: taskOrderSchema, trace: traceSchema }),
  build: (environment) => {
    const shipping = shippingFrom(environment);
    return async ({ order, trace }) => {
      const shipment = await timed(
        () => shipping.ship(order),
        (answer, latency) => {
          recordBy("ShippingLatency", { Outcome: answer?.kind ?? "failed" }, latency);
        },
      );
      const about = orderFields({ ...order, trace });
      log.info(about, shipment.kind === "refused" ? "shipping refused" : "order shipped");
      return shipment;
    };
  },
});
