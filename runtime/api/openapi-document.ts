import * as z from "zod";
import { customerIdSchema } from "../domain/customer-id";
import { orderIdSchema } from "../domain/order-id";
import { oneLineRequestSchema, orderRequestSchema } from "../domain/order-request";
import { orderStatusSchema } from "../domain/order-status";
import { type ProblemCode, problems } from "../lambda/problem";
import { keyPattern, maxKeyLength } from "./idempotency-key";
import { cancelledOrderSchema, orderPageSchema, orderViewSchema, placedOrderSchema } from "./order-view";
import { defaultLimit, maxLimit } from "./page-request-from";

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

const messages = {
  OrderRequest: orderRequestSchema,
  OneLineOrderRequest: oneLineRequestSchema,
  PlacedOrder: placedOrderSchema,
  Order: orderViewSchema,
  OrderPage: orderPageSchema,
  CancelledOrder: cancelledOrderSchema,
  Problem: problemSchema,
};

/** Leaves out what says nothing: the pattern that a format implies, and JavaScript's own limits of whole numbers. */
const plain = ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }) => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
};

const jsonSchema = (schema: z.ZodType) => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", override: plain });
  return rest;
};

/** The messages' schemas, which refer to one another by name. */
const messageSchemas = () => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(messages)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: "input",
    override: plain,
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $id, $schema, ...schema }]) => [id, schema]));
};

const ref = (name: keyof typeof messages) => ({ $ref: `#/components/schemas/${name}` });

const answered = (description: string, name: keyof typeof messages) => ({
  description,
  content: { "application/json": { schema: ref(name) } },
});

/** The refusals among `codes`, by status; codes that share a status share an entry. */
const refused = (...codes: readonly ProblemCode[]) =>
  Object.fromEntries(
    [...new Set(codes.map((code) => problems[code].status))].map((status) => [
      status,
      {
        description: codes
          .filter((code) => problems[code].status === status)
          .map((code) => `${problems[code].title} (\`${code}\`)`)
          .join(". "),
        content: { "application/problem+json": { schema: ref("Problem") } },
      },
    ]),
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
        responses: { 200: { description: "It does." } },
      },
    },
    "/openapi.json": {
      get: {
        operationId: "describeApi",
        summary: "This document",
        security: [],
        responses: { 200: { description: "OpenAPI 3.1." } },
      },
    },
  },
  components: {
    schemas: messageSchemas(),
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
