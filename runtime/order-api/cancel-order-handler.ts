import * as z from "zod";
import { dynamodbClient } from "../aws/dynamodb-client";
import type { HttpAnswer, HttpRoute } from "../lambda/http-handler";
import { log } from "../lambda/log";
import { dynamodbOrders } from "../orders/dynamodb-orders";
import { orderFields } from "../orders/order-log";
import type { ChangedOrder } from "../orders/transitions";
import { systemClock } from "../values/clock";
import { apiFunction } from "./api-function";
import { callerFrom } from "./caller-from";
import { type CancelOrderPorts, cancelOrder } from "./cancel-order";
import { orderIdFrom, orderNotFound } from "./order-id-from";
import { cancelledOrderSchema } from "./order-view";
import { Problem } from "./problem";

/** `POST /orders/{order_id}/cancellation` */
export const cancelOrderRoute = (ports: CancelOrderPorts): HttpRoute => {
  const cancel = cancelOrder(ports);
  return async (request) => {
    const caller = callerFrom(request);
    const orderId = orderIdFrom(request);
    const cancelled = await cancel(orderId, caller);
    if (cancelled === undefined) throw orderNotFound(orderId);
    return answer(cancelled);
  };
};

export const cancelOrderHandler = apiFunction({
  environment: z.object({ ORDERS_TABLE: z.string().min(1) }),
  build: ({ ORDERS_TABLE }) =>
    cancelOrderRoute({ orders: dynamodbOrders(dynamodbClient(), ORDERS_TABLE), clock: systemClock }),
});

const answer = ({ kind, order }: ChangedOrder): HttpAnswer => {
  const { order_id, status } = order;
  if (kind === "refused") {
    throw new Problem("order_not_cancellable", `The order is ${status}; only a PENDING order can be cancelled.`, {
      order_id,
      order_status: status,
    });
  }
  if (kind === "changed") {
    log.info(orderFields(order), "order cancelled");
  }
  return { status: 200, json: cancelledOrderSchema.parse({ message: "Order cancelled", ...order }) };
};
