import * as z from "zod";
import { customerIdSchema } from "../orders/customer-id";
import { keyPattern, maxKeyLength } from "../orders/idempotency-key";
import { orderIdSchema } from "../orders/order-id";
import { oneLineRequestSchema, orderRequestSchema } from "../orders/order-request";
import { orderStatusSchema } from "../orders/order-status";
import { jsonSchemas, plainJsonSchema } from "./json-schemas";
import { cancelledOrderSchema, orderPageSchema, orderViewSchema, placedOrderSchema } from "./order-view";
import { defaultLimit, maxLimit } from "./page-request-from";
import { type ProblemCode, problems } from "./problem";

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  error: z.enum(Object.keys(problems)),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  order_id: orderIdSchema.optional(),
  order_status: orderStatusSchema.optional(),
});

/** What API Gateway answers by itself: without a valid token or scope, over the rate, or when a function cannot run. */
const gatewayProblemSchema = z.object({ message: z.string() });

const messages = {
  OrderRequest: orderRequestSchema,
  OneLineOrderRequest: oneLineRequestSchema,
  PlacedOrder: placedOrderSchema,
  Order: orderViewSchema,
  OrderPage: orderPageSchema,
  CancelledOrder: cancelledOrderSchema,
  Problem: problemSchema,
  GatewayProblem: gatewayProblemSchema,
};

const jsonSchema = (schema: z.ZodType) => {
  const { $schema, ...rest } = plainJsonSchema(schema);
  return rest;
};

const ref = (name: keyof typeof messages) => ({ $ref: `#/components/schemas/${name}` });

const answered = (description: string, name: keyof typeof messages) => ({
  description,
  content: { "application/json": { schema: ref(name) } },
});

const byGateway: Readonly<Record<number, string>> = {
  401: "The token is missing, expired, or not for this API",
  403: "The token lacks the scope",
  413: "The body has more than 10 MB",
  429: "More requests than the rate that is set; try again later",
  500: "The function could not be run",
  503: "The function could not be run in time",
};

const byGatewayAlways: readonly number[] = [429, 500, 503];

const answeredByGateway = { "application/json": { schema: ref("GatewayProblem") } };

/** The refusals among `codes`, by status, and those of API Gateway; what share a status share an entry. */
const refused = (...codes: readonly ProblemCode[]) => {
  const statuses = [...new Set([...codes.map((code) => problems[code].status), 403, ...byGatewayAlways])];
  return Object.fromEntries(
    statuses.map((status) => {
      const ours = codes.filter((code) => problems[code].status === status);
      const titles = ours.map((code) => `${problems[code].title} (\`${code}\`)`);
      const gateway = byGateway[status];
      return [
        status,
        {
          description: [...titles, ...(gateway === undefined ? [] : [gateway])].join(". "),
          content: {
            ...(ours.length === 0 ? {} : { "application/problem+json": { schema: ref("Problem") } }),
            ...(gateway === undefined ? {} : answeredByGateway),
          },
        },
      ];
    }),
  );
};

/** What a route without a token can be refused with. */
const refusedToAll = Object.fromEntries(
  byGatewayAlways.map((status) => [status, { description: byGateway[status], content: answeredByGateway }]),
);

const always = ["unauthorized", "internal_error", "try_again"] as const satisfies readonly ProblemCode[];

const scope = (name: string) => [{ token: [name] }, { token: ["orders/admin"] }];

const parameter = (where: "path" | "query" | "header", name: string, schema: object, description: string) => ({
  name,
  in: where,
  required: where === "path",
  description,
  schema,
});

const orderIdInPath = parameter("path", "order_id", jsonSchema(orderIdSchema), "The order.");

/** The API as OpenAPI 3.1, made of the schemas that its handlers read and answer with. */
export const openapiDocument = {
  openapi: "3.1.0",
  info: {
    title: "Orders",
    version: "1.0.0",
    description: "Place orders, follow them, and cancel them while nothing has been paid.",
  },
  paths: {
    "/orders": {
      post: {
        operationId: "placeOrder",
        summary: "Place an order",
        security: scope("orders/write"),
        parameters: [
          parameter(
            "header",
            "Idempotency-Key",
            { type: "string", minLength: 1, maxLength: maxKeyLength, pattern: keyPattern.source },
            "Makes the request safe to repeat: the same key and body give the same answer, for as long as the order is kept.",
          ),
        ],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: { oneOf: [ref("OrderRequest"), ref("OneLineOrderRequest")] },
              example: { customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] },
            },
          },
        },
        responses: {
          201: {
            ...answered("The order was placed, now or by an earlier request under the same key.", "PlacedOrder"),
            headers: {
              Location: { description: "Path of the order.", schema: { type: "string" } },
              "Idempotent-Replayed": {
                description: "`true` when an earlier request under the same key placed the order.",
                schema: { const: "true" },
              },
            },
          },
          ...refused(
            "malformed_json",
            "invalid_request",
            "invalid_idempotency_key",
            "customer_mismatch",
            "body_too_large",
            "unsupported_media_type",
            "idempotency_key_reused",
            ...always,
          ),
        },
      },
      get: {
        operationId: "listOrders",
        summary: "List a customer's orders, newest first",
        security: scope("orders/read"),
        parameters: [
          parameter(
            "query",
            "customer_id",
            jsonSchema(customerIdSchema),
            "Whose orders. Default: the token's customer.",
          ),
          parameter(
            "query",
            "limit",
            { type: "integer", minimum: 1, maximum: maxLimit, default: defaultLimit },
            "Orders on a page, at most; a page of very large orders has fewer.",
          ),
          parameter("query", "cursor", { type: "string" }, "`next_cursor` of the page before."),
        ],
        responses: {
          200: answered("A page.", "OrderPage"),
          ...refused("invalid_request", "customer_mismatch", ...always),
        },
      },
    },
    "/orders/{order_id}": {
      get: {
        operationId: "getOrder",
        summary: "Get an order",
        security: scope("orders/read"),
        parameters: [orderIdInPath],
        responses: { 200: answered("The order.", "Order"), ...refused("order_not_found", ...always) },
      },
    },
    "/orders/{order_id}/cancellation": {
      post: {
        operationId: "cancelOrder",
        summary: "Cancel an order that is PENDING",
        security: scope("orders/write"),
        parameters: [orderIdInPath],
        responses: {
          200: answered("The order is cancelled, now or by an earlier request.", "CancelledOrder"),
          ...refused("order_not_found", "order_not_cancellable", ...always),
        },
      },
    },
    "/health": {
      get: {
        operationId: "health",
        summary: "Whether the API answers",
        security: [],
        responses: {
          200: {
            description: "The API answers.",
            content: { "application/json": { schema: jsonSchema(z.object({ status: z.literal("ok") })) } },
          },
          ...refusedToAll,
        },
      },
    },
    "/openapi.json": {
      get: {
        operationId: "describeApi",
        summary: "This document",
        security: [],
        responses: {
          200: { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
          ...refusedToAll,
        },
      },
    },
  },
  components: {
    schemas: jsonSchemas(messages, "#/components/schemas/"),
    securitySchemes: {
      token: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "JWT",
        description:
          "Its claim customer_id, or else sub, names the customer. With the scope orders/admin it acts for any.",
      },
    },
  },
};
