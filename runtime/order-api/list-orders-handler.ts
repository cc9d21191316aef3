import * as z from "zod";
import { dynamodbClient } from "../aws/dynamodb-client";
import type { HttpRoute } from "../lambda/http-handler";
import { dynamodbOrders } from "../orders/dynamodb-orders";
import { pageCursor } from "../orders/page-cursor";
import { apiFunction } from "./api-function";
import { callerFrom } from "./caller-from";
import { type ListOrdersPorts, listOrders } from "./list-orders";
import { orderView } from "./order-view";
import { pageRequestFrom } from "./page-request-from";

/** `GET /orders` */
export const listOrdersRoute = (ports: ListOrdersPorts): HttpRoute => {
  const list = listOrders(ports);
  return async (request) => {
    const wanted = pageRequestFrom(request, callerFrom(request));
    const { orders, next } = await list(wanted);
    return {
      status: 200,
      json: { orders: orders.map(orderView), next_cursor: next && pageCursor(wanted.customer_id, next) },
    };
  };
};

export const listOrdersHandler = apiFunction({
  environment: z.object({ ORDERS_TABLE: z.string().min(1) }),
  build: ({ ORDERS_TABLE }) => listOrdersRoute({ orders: dynamodbOrders(dynamodbClient(), ORDERS_TABLE) }),
});
