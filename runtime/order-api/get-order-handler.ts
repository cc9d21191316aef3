import * as z from "zod";
import { dynamodbClient } from "../aws/dynamodb-client";
import type { HttpRoute } from "../lambda/http-handler";
import { dynamodbOrders } from "../orders/dynamodb-orders";
import { apiFunction } from "./api-function";
import { callerFrom } from "./caller-from";
import { type GetOrderPorts, getOrder } from "./get-order";
import { orderIdFrom, orderNotFound } from "./order-id-from";
import { orderView } from "./order-view";

/** `GET /orders/{order_id}` */
export const getOrderRoute = (ports: GetOrderPorts): HttpRoute => {
  const get = getOrder(ports);
  return async (request) => {
    const caller = callerFrom(request);
    const orderId = orderIdFrom(request);
    const order = await get(orderId, caller);
    if (order === undefined) throw orderNotFound(orderId);
    return { status: 200, json: orderView(order) };
  };
};

export const getOrderHandler = apiFunction({
  environment: z.object({ ORDERS_TABLE: z.string().min(1) }),
  build: ({ ORDERS_TABLE }) => getOrderRoute({ orders: dynamodbOrders(dynamodbClient(), ORDERS_TABLE) }),
});
