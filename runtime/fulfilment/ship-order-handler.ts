import * as z from "zod";
import { count } from "../lambda/count";
import { log } from "../lambda/log";
import { taskHandler } from "../lambda/task-handler";
import { traceSchema } from "../values/trace";
import { shippingEnvironment, shippingFrom } from "./shipping-adapter";
import { taskOrderSchema } from "./task-order";

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
      const shipment = await shipping.ship(order);
      const about = { order_id: order.order_id, correlation_id: trace.correlation_id };
      if (shipment.kind === "refused") {
        log.info(about, "shipping refused");
        count("ShipmentsRefused");
      } else {
        log.info(about, "order shipped");
        count("OrdersShipped");
      }
      return shipment;
    };
  },
});
