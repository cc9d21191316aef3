import * as z from "zod";
import { dynamodbClient } from "../adapters/dynamodb-client";
import { dynamodbOrders } from "../adapters/dynamodb-orders";
import { callerFrom } from "../api/caller-from";
import { orderIdFrom, orderNotFound } from "../api/order-id-from";
import { orderView } from "../api/order-view";
import { type HttpRoute, httpHandler } from "../lambda/http-handler";
import { type GetOrderPorts, getOrder } from "../use-cases/get-order";

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

export const getOrderHandler = httpHandler({
  environment: z.object({ ORDERS_TABLE: z.string().min(1) }),
  build: ({ ORDERS_TABLE }) => getOrderRoute({ orders: dynamodbOrders(dynamodbClient(), ORDERS_TABLE) }),
});
