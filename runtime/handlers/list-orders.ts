import * as z from "zod";
import { dynamodbClient } from "../adapters/dynamodb-client";
import { dynamodbOrders } from "../adapters/dynamodb-orders";
import { callerFrom } from "../api/caller-from";
import { orderView } from "../api/order-view";
import { pageRequestFrom } from "../api/page-request-from";
import { pageCursor } from "../domain/page-cursor";
import { type HttpRoute, httpHandler } from "../lambda/http-handler";
import { type ListOrdersPorts, listOrders } from "../use-cases/list-orders";

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

export const listOrdersHandler = httpHandler({
  environment: z.object({ ORDERS_TABLE: z.string().min(1) }),
  build: ({ ORDERS_TABLE }) => listOrdersRoute({ orders: dynamodbOrders(dynamodbClient(), ORDERS_TABLE) }),
});
