import { type StubAnswer, stubService } from "pulumi-local-host/testing/stub-service";
import { describe, expect, it } from "vitest";
import type { Secret } from "../../runtime/aws/secret";
import { httpPayments } from "../../runtime/fulfilment/http-payments";
import { serviceClient } from "../../runtime/fulfilment/http-service-client";
import { httpShipping } from "../../runtime/fulfilment/http-shipping";
import { taskOrderSchema } from "../../runtime/fulfilment/task-order";
import { anOrder, orderId } from "./an-order";

const order = taskOrderSchema.parse(anOrder());
const items = [{ item: "Widget", quantity: 2 }];

const keyOf = (value: string) => {
  let forgotten = 0;
  const key: Secret = {
    read: async () => value,
    forget: () => {
      forgotten += 1;
    },
  };
  return { key, forgotten: () => forgotten };
};

const paymentsAt = (url: string, options: { key?: Secret; timeout?: number } = {}) =>
  httpPayments(serviceClient({ name: "payment service", baseUrl: url, ...options }));
const take = async (answer: StubAnswer | "silence", options: Parameters<typeof paymentsAt>[1] = {}) => {
  await using service = await stubService(() => answer);
  const outcome = await paymentsAt(`${service.url}/v1/`, options)
    .take(order, "tok_visa")
    .catch((error: unknown) => error);
  return { outcome, requests: service.requests };
};

describe("a payment service over HTTP", () => {
  it("is asked once per order, with the order's lines and the method", async () => {
    const { outcome, requests } = await take({ status: 201, json: { payment_reference: "pay-1", more: true } });
    expect(outcome).toEqual({ kind: "taken", payment_reference: "pay-1" });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      path: "/v1/payments",
      headers: { "idempotency-key": orderId, "content-type": "application/json" },
      json: { order_id: orderId, customer_id: "ada", items, payment_method: "tok_visa" },
    });
    expect(requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it("is given its key as a bearer token", async () => {
    const { requests } = await take(
      { status: 200, json: { payment_reference: "p" } },
      { key: keyOf("secret-key").key },
    );
    expect(requests[0]?.headers.authorization).toBe("Bearer secret-key");
  });

  it.each([402, 422])("declines with HTTP %i", async (status) => {
    expect((await take({ status })).outcome).toEqual({ kind: "declined" });
  });

  it.each([408, 409, 425, 429, 500, 502, 503, 504])("is unavailable with HTTP %i", async (status) => {
    expect((await take({ status })).outcome).toMatchObject({
      name: "ServiceUnavailable",
      message: `payment service answered POST /payments with HTTP ${status}`,
    });
  });

  it("is unavailable when it does not answer in time", async () => {
    expect((await take("silence", { timeout: 50 })).outcome).toMatchObject({
      name: "ServiceUnavailable",
      message: expect.stringContaining("payment service did not answer POST /payments within 50 ms"),
    });
  });

  it("is unavailable when nobody listens", async () => {
    const gone = await stubService(() => "silence");
    await gone[Symbol.asyncDispose]();
    await expect(paymentsAt(gone.url).take(order, undefined)).rejects.toMatchObject({
      name: "ServiceUnavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it.each([301, 302, 400, 401, 403, 404, 405, 418])(
    "answers HTTP %i only to a wrong configuration, which is not a decline",
    async (status) => {
      const { outcome } = await take({ status, headers: { location: "http://127.0.0.1:9/" } });
      expect(outcome).toMatchObject({
        name: "Error",
        message: `payment service answered POST /payments with HTTP ${status}, which no order can cause: check its URL and its API key`,
      });
    },
  );

  it.each([401, 403])("has its key read again after HTTP %i", async (status) => {
    const { key, forgotten } = keyOf("old-key");
    await take({ status }, { key });
    expect(forgotten()).toBe(1);
  });

  it("keeps its key through any other answer", async () => {
    const { key, forgotten } = keyOf("key");
    for (const status of [200, 402, 404, 500]) await take({ status, json: {} }, { key });
    expect(forgotten()).toBe(0);
  });

  it("fails loudly when it accepts without a reference", async () => {
    const { outcome } = await take({ status: 200, json: { reference: "pay-1" } });
    expect(outcome).toMatchObject({
      name: "Error",
      message: expect.stringContaining(
        "payment service answered POST /payments with HTTP 200 and an unexpected body: payment_reference",
      ),
    });
  });

  it("is not read to the end of an answer without end", async () => {
    const { outcome } = await take({ status: 200, json: { payment_reference: "p".repeat(1_000_000) } });
    expect(outcome).toMatchObject({ name: "Error", message: expect.stringContaining("an unexpected body") });
  });

  it("never names key or method in an error", async () => {
    for (const status of [302, 404, 503]) {
      const { outcome } = await take({ status }, { key: keyOf("secret-key").key });
      expect(String(outcome)).not.toMatch(/secret-key|tok_visa/);
    }
  });

  it("refunds an order once, under a key of its own", async () => {
    await using service = await stubService(() => ({ status: 200, json: { refund_reference: "ref-1" } }));
    expect(await paymentsAt(service.url).refund(order)).toEqual({ refund_reference: "ref-1" });
    expect(service.requests[0]).toMatchObject({
      path: "/refunds",
      headers: { "idempotency-key": `${orderId}:refund` },
      json: { order_id: orderId },
    });
  });

  it("that refuses to refund fails loudly: the money must be returned", async () => {
    await using service = await stubService(() => ({ status: 422 }));
    await expect(paymentsAt(service.url).refund(order)).rejects.toThrow(
      `the payment service refused with HTTP 422 to refund order ${orderId}: its payment must be returned by hand`,
    );
  });
});

describe("a shipping service over HTTP", () => {
  const ship = async (answer: StubAnswer) => {
    await using service = await stubService(() => answer);
    const outcome = await httpShipping(serviceClient({ name: "shipping service", baseUrl: service.url })).ship(order);
    return { outcome, requests: service.requests };
  };

  it("ships an order once", async () => {
    const { outcome, requests } = await ship({ status: 201, json: { shipment_reference: "ship-1" } });
    expect(outcome).toEqual({ kind: "shipped", shipment_reference: "ship-1" });
    expect(requests[0]).toMatchObject({
      path: "/shipments",
      headers: { "idempotency-key": orderId },
      json: { order_id: orderId, customer_id: "ada", items },
    });
  });

  it("refuses with HTTP 422", async () => {
    expect((await ship({ status: 422 })).outcome).toEqual({ kind: "refused" });
  });
});
