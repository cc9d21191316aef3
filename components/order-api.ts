import * as pulumi from "@pulumi/pulumi";
import { cancelOrderHandler } from "../runtime/order-api/cancel-order-handler";
import { describeApiHandler } from "../runtime/order-api/describe-api-handler";
import { getOrderHandler } from "../runtime/order-api/get-order-handler";
import { listOrdersHandler } from "../runtime/order-api/list-orders-handler";
import { placeOrderHandler } from "../runtime/order-api/place-order-handler";
import { ApiIdentity, type ApiIdentityArgs, type Scope } from "./api-identity";
import { CallbackFunction } from "./building-blocks/callback-function";
import { asOneStep, type DashboardWidget } from "./building-blocks/dashboard";
import { HttpApi, type Throttle } from "./building-blocks/http-api";
import type { OrderTable } from "./order-table";
import type { Platform } from "./platform";

export interface OrderApiArgs extends Pick<ApiIdentityArgs, "auth"> {
  readonly platform: Platform;
  readonly table: OrderTable;
  /** Web origins whose pages may call the API. None: no CORS headers. */
  readonly corsOrigins: readonly string[];
  readonly throttling: { readonly read: Throttle; readonly write: Throttle };
}

/** The API of orders: who may call it, its routes, and the function behind each. */
export class OrderApi extends pulumi.ComponentResource {
  readonly identity: ApiIdentity;
  /** The base URL, without a slash at its end. */
  readonly endpoint: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: OrderApiArgs, options?: pulumi.ComponentResourceOptions) {
    // The type is part of the URN of everything that is deployed, so it keeps the name that it has there.
    super("order-pipeline:index:OrderIntake", name, {}, options);
    const child = { parent: this };
    const { platform, table } = args;
    const { read, write } = args.throttling;
    const onTable = { ...platform, environment: { ORDERS_TABLE: table.name } };

    const placeOrder = new CallbackFunction(
      `${name}-place-order`,
      {
        ...onTable,
        callback: placeOrderHandler,
        grants: [table.grantPut()],
        // So that no other function can use up the concurrency that taking orders needs.
        reservedConcurrency: platform.concurrency,
      },
      child,
    );
    const getOrder = new CallbackFunction(
      `${name}-get-order`,
      { ...onTable, callback: getOrderHandler, grants: [table.grantGet()] },
      child,
    );
    const listOrders = new CallbackFunction(
      `${name}-list-orders`,
      { ...onTable, callback: listOrdersHandler, grants: table.grantListByCustomer() },
      child,
    );
    const cancelOrder = new CallbackFunction(
      `${name}-cancel-order`,
      { ...onTable, callback: cancelOrderHandler, grants: [table.grantGet(), table.grantUpdate()] },
      child,
    );
    const describeApi = new CallbackFunction(
      `${name}-describe-api`,
      { ...platform, callback: describeApiHandler, environment: {}, grants: [] },
      child,
    );

    this.identity = new ApiIdentity(`${name}-identity`, { platform, auth: args.auth }, child);
    const api = new HttpApi<Scope>(
      `${name}-api`,
      {
        ...platform,
        identity: this.identity,
        cors: {
          origins: args.corsOrigins,
          requestHeaders: ["authorization", "content-type", "idempotency-key"],
          responseHeaders: ["location", "idempotent-replayed"],
        },
        throttle: read,
        routes: {
          "POST /orders": { handledBy: placeOrder, access: ["orders/write", "orders/admin"], throttle: write },
          "GET /orders": { handledBy: listOrders, access: ["orders/read", "orders/admin"], throttle: read },
          "GET /orders/{order_id}": { handledBy: getOrder, access: ["orders/read", "orders/admin"], throttle: read },
          "POST /orders/{order_id}/cancellation": {
            handledBy: cancelOrder,
            access: ["orders/write", "orders/admin"],
            throttle: write,
          },
          "GET /health": { handledBy: describeApi, access: "public", throttle: read },
          "GET /openapi.json": { handledBy: describeApi, access: "public", throttle: read },
        },
      },
      child,
    );
    this.endpoint = api.endpoint;
    const functions = [placeOrder, getOrder, listOrders, cancelOrder, describeApi];
    this.widgets = [...asOneStep("Functions of the API", functions), ...api.widgets];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
