import { describe, expect, it } from "vitest";
import { describeApiHandler } from "../../runtime/order-api/describe-api-handler";
import { problems } from "../../runtime/order-api/problem";
import { apiEvent, lambdaContext } from "./api-event";
import { captureLog } from "./captured-log";

captureLog();
const get = async (routeKey: string) => {
  const { statusCode, body = "" } = await describeApiHandler(apiEvent({ routeKey, claims: null }), lambdaContext);
  return { status: statusCode, json: JSON.parse(body) };
};

describe("GET /health", () => {
  it("answers without a token", async () => {
    expect(await get("GET /health")).toEqual({ status: 200, json: { status: "ok" } });
  });
});

describe("GET /openapi.json", () => {
  it("describes every route in OpenAPI 3.1", async () => {
    const { json } = await get("GET /openapi.json");
    expect(json.openapi).toBe("3.1.0");
    const routes = Object.entries<object>(json.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes).toEqual([
      "POST /orders",
      "GET /orders",
      "GET /orders/{order_id}",
      "POST /orders/{order_id}/cancellation",
      "GET /health",
      "GET /openapi.json",
    ]);
  });

  it("states the limits that the handlers enforce", async () => {
    const { json } = await get("GET /openapi.json");
    const { OrderRequest, OneLineOrderRequest } = json.components.schemas;
    expect(OrderRequest.additionalProperties).toBe(false);
    expect(OrderRequest.required).toEqual(["items"]);
    expect(OrderRequest.properties.items).toMatchObject({ type: "array", minItems: 1, maxItems: 100 });
    expect(OneLineOrderRequest.properties.quantity).toMatchObject({ type: "integer", minimum: 1, maximum: 10_000 });
  });

  it("describes an order once and refers to it", async () => {
    const { json } = await get("GET /openapi.json");
    expect(json.components.schemas.OrderPage.properties.orders.items).toEqual({ $ref: "#/components/schemas/Order" });
    expect(json.components.schemas.Order.properties.created_at).toEqual({ type: "string", format: "date-time" });
    expect(JSON.stringify(json)).not.toMatch(/\$id|\$schema|9007199254740991/);
  });

  it("refers only to schemas that it has", async () => {
    const { json } = await get("GET /openapi.json");
    const refs = JSON.stringify(json).matchAll(/#\/components\/schemas\/(\w+)/g);
    for (const [, name = ""] of refs) expect(json.components.schemas).toHaveProperty(name);
  });

  it("names every problem's code", async () => {
    const { json } = await get("GET /openapi.json");
    expect(json.components.schemas.Problem.properties.error.enum).toEqual(Object.keys(problems));
  });

  it("shows nothing that the API keeps to itself", async () => {
    const { json } = await get("GET /openapi.json");
    const { Order, PlacedOrder, CancelledOrder } = json.components.schemas;
    for (const schema of [Order, PlacedOrder, CancelledOrder]) {
      expect(JSON.stringify(schema)).not.toMatch(/payment_method|fingerprint|idempotency_key|_reference/);
    }
  });
});

describe("a route that does not lead to the function", () => {
  it("answers 500: the API is wired wrongly", async () => {
    expect(await get("GET /nowhere")).toMatchObject({ status: 500, json: { error: "internal_error" } });
  });
});
