import * as z from "zod";
import { dynamodbClient } from "../aws/dynamodb-client";
import type { HttpAnswer, HttpRoute } from "../lambda/http-handler";
import type { HttpRequest } from "../lambda/http-request";
import { log } from "../lambda/log";
import { tracedWork } from "../lambda/traced-work";
import { mayActFor } from "../orders/caller";
import { dynamodbOrders } from "../orders/dynamodb-orders";
import type { Order } from "../orders/order";
import { freshOrderId } from "../orders/order-id";
import { orderFields } from "../orders/order-log";
import { readOrderRequest } from "../orders/order-request";
import { type PlacedOrder, type PlaceOrder, type PlaceOrderPorts, placeOrder } from "../orders/place-order";
import { recordBy } from "../orders/record-metrics";
import { systemClock } from "../values/clock";
import { apiFunction } from "./api-function";
import { callerFrom } from "./caller-from";
import { customerMismatch } from "./customer-mismatch";
import { idempotencyKey } from "./idempotency-key-from";
import { jsonBody } from "./json-body";
import { placedOrderSchema } from "./order-view";
import { Problem } from "./problem";

/** `POST /orders` */
export const placeOrderRoute = (ports: PlaceOrderPorts): HttpRoute => {
  const place = placeOrder(ports);
  return async (request) => {
    const command = commandFrom(request);
    const { trace } = command;
    const about = { name: "place-order", header: trace.x_ray, annotations: {} };
    return tracedWork(about, async (x_ray, annotate) => {
      const placed = await place({ ...command, trace: { ...trace, x_ray } });
      // A replay is of the trace that placed the order.
      if (placed.kind === "placed") annotate({ order_id: placed.order.order_id });
      return answer(placed);
    });
  };
};

export const placeOrderHandler = apiFunction({
  environment: z.object({ ORDERS_TABLE: z.string().min(1) }),
  build: ({ ORDERS_TABLE }) =>
    placeOrderRoute({ orders: dynamodbOrders(dynamodbClient(), ORDERS_TABLE), clock: systemClock, freshOrderId }),
});

const commandFrom = (request: HttpRequest): PlaceOrder => {
  const caller = callerFrom(request);
  const idempotency_key = idempotencyKey(request);
  const read = readOrderRequest(jsonBody(request));
  if (read.kind === "invalid") {
    throw new Problem("invalid_request", "Fields of the order are wrong; see errors.", { errors: read.errors });
  }
  const { customer_id = caller.customer_id } = read.request;
  if (!mayActFor(caller, customer_id)) throw customerMismatch(customer_id);
  return { request: { ...read.request, customer_id }, idempotency_key, trace: request.trace };
};

const answer = ({ kind, order }: PlacedOrder): HttpAnswer => {
  const { order_id } = order;
  switch (kind) {
    case "placed":
      log.info(orderFields(order), "order placed");
      recordBy("OrdersReceived", { Channel: "api" });
      return { status: 201, headers: { location: `/orders/${order_id}` }, json: placedView(order) };
    case "replayed":
      log.info(orderFields(order), "order replayed");
      recordBy("OrdersReplayed", { Channel: "api" });
      return {
        status: 201,
        headers: { location: `/orders/${order_id}`, "idempotent-replayed": "true" },
        json: placedView(order),
      };
    case "key-reused":
      throw new Problem(
        "idempotency_key_reused",
        `This Idempotency-Key placed order ${order_id}, with a different body. Send the same body again, or use a new key.`,
        { order_id },
      );
  }
};

const placedView = (order: Order) => placedOrderSchema.parse({ message: "Order placed", ...order });
