import { stubService } from "pulumi-local-host/testing/stub-service";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { customerHash } from "../../runtime/orders/order-log";
import { ada, anOrder, orderId } from "./an-order";
import { lambdaContext } from "./api-event";
import { captureLog, messageFields } from "./captured-log";

const log = captureLog();

/** Handlers read their environment once, so that each test imports its own; import() wants the extension. */
const loadTasks = async () => {
  vi.resetModules();
  const [{ takePaymentHandler }, { refundPaymentHandler }, { shipOrderHandler }] = await Promise.all([
    import("../../runtime/fulfilment/take-payment-handler.js"),
    import("../../runtime/fulfilment/refund-payment-handler.js"),
    import("../../runtime/fulfilment/ship-order-handler.js"),
  ]);
  return { takePaymentHandler, refundPaymentHandler, shipOrderHandler };
};

const { order_id, customer_id, items, version } = anOrder();
const input = { order: { order_id, customer_id, items, version }, trace: { correlation_id: "request-1" } };

beforeEach(() => {
  vi.stubEnv("PAYMENT_URL", "simulated");
  vi.stubEnv("SHIPPING_URL", "simulated");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("taking a payment", () => {
  it("gives the workflow the reference, the same for the same order", async () => {
    const { takePaymentHandler } = await loadTasks();
    const event = { ...input, payment_method: "tok_visa" };
    const taken = { kind: "taken", payment_reference: `simulated-payment-${orderId}` };
    expect(await takePaymentHandler(event, lambdaContext)).toEqual(taken);
    expect(await takePaymentHandler(event, lambdaContext)).toEqual(taken);
  });

  it.each([{}, { payment_method: null }])("needs no payment method: %j", async (without) => {
    const { takePaymentHandler } = await loadTasks();
    expect(await takePaymentHandler({ ...input, ...without }, lambdaContext)).toHaveProperty("payment_reference");
  });

  it("tells the workflow that it is declined, which is not an error", async () => {
    const { takePaymentHandler } = await loadTasks();
    const event = { ...input, payment_method: "tok_declined" };
    expect(await takePaymentHandler(event, lambdaContext)).toEqual({ kind: "declined" });
    expect(log.counted("PaymentLatency", { Outcome: "declined" })).toEqual([expect.any(Number)]);
  });

  it("fails by the name the workflow retries when it times out, and works the next time", async () => {
    const { takePaymentHandler } = await loadTasks();
    const event = { ...input, payment_method: "tok_timeout_once" };
    await expect(takePaymentHandler(event, lambdaContext)).rejects.toMatchObject({ name: "ServiceUnavailable" });
    expect(log.counted("PaymentLatency", { Outcome: "failed" })).toHaveLength(1);
    expect(await takePaymentHandler(event, lambdaContext)).toHaveProperty("payment_reference");
  });

  it("calls the service that PAYMENT_URL names", async () => {
    await using service = await stubService(() => ({ status: 200, json: { payment_reference: "pay-1" } }));
    vi.stubEnv("PAYMENT_URL", service.url);
    const { takePaymentHandler } = await loadTasks();
    expect(await takePaymentHandler(input, lambdaContext)).toEqual({ kind: "taken", payment_reference: "pay-1" });
  });

  it("refuses an input that is not an order, naming where it is wrong and no value", async () => {
    const { takePaymentHandler } = await loadTasks();
    const event = { ...input, order: { ...input.order, items: [{ item: "Widget", quantity: "two" }] } };
    await expect(takePaymentHandler(event, lambdaContext)).rejects.toMatchObject({
      name: "InvalidTaskInput",
      message: "the workflow's input is wrong at /order/items/0/quantity",
    });
  });

  it("logs the order's id, never the method, the reference or the customer", async () => {
    const { takePaymentHandler } = await loadTasks();
    await takePaymentHandler({ ...input, payment_method: "tok_visa" }, lambdaContext);
    expect(log.lines()).toEqual([
      {
        level: "info",
        timestamp: expect.any(String),
        ...messageFields,
        event_id: `${orderId}:1`,
        customer_hash: customerHash(ada),
        order_id: orderId,
        correlation_id: "request-1",
        message: "payment taken",
      },
    ]);
    expect(log.text()).not.toMatch(/tok_visa|simulated-payment|ada|Widget/);
  });

  it("says in its line of log which try of the workflow it is", async () => {
    const { takePaymentHandler } = await loadTasks();
    await takePaymentHandler({ ...input, retries: 2 }, lambdaContext);
    expect(log.lines()).toMatchObject([{ message: "payment taken", attempt: 3 }]);
  });

  it.each([
    [undefined, 'PAYMENT_URL: must be "simulated" or an http(s) URL'],
    ["ftp://pay", 'PAYMENT_URL: must be "simulated" or an http(s) URL'],
  ])("says what is wrong when PAYMENT_URL is %s", async (url, message) => {
    vi.stubEnv("PAYMENT_URL", url);
    const { takePaymentHandler } = await loadTasks();
    await expect(takePaymentHandler(input, lambdaContext)).rejects.toThrow(
      `environment of the function is wrong: ${message}`,
    );
  });

  it("in Lambda says so in the init phase already", async () => {
    vi.stubEnv("PAYMENT_URL", "");
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "take-payment");
    await expect(loadTasks()).rejects.toThrow("environment of the function is wrong: PAYMENT_URL");
  });

  it("imported by a Pulumi program that runs in Lambda needs no environment", async () => {
    vi.stubEnv("PAYMENT_URL", "");
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "deployer");
    vi.stubEnv("PULUMI_NODEJS_PROJECT", "orders");
    await expect(loadTasks()).resolves.toHaveProperty("takePaymentHandler");
  });

  it("reads its key in Lambda's init phase", async () => {
    await using ssm = await stubService(() => ({ status: 200, json: { Parameter: { Value: "key-1" } } }));
    await using service = await stubService(() => ({ status: 200, json: { payment_reference: "pay-1" } }));
    for (const [name, value] of Object.entries({
      AWS_LAMBDA_FUNCTION_NAME: "take-payment",
      AWS_ENDPOINT_URL_SSM: ssm.url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      PAYMENT_URL: service.url,
      PAYMENT_KEY_PARAMETER: "/orders/payment-key",
    })) {
      vi.stubEnv(name, value);
    }
    // refund-payment is loaded as well, and reads the same key for itself.
    const { takePaymentHandler } = await loadTasks();
    await vi.waitUntil(() => ssm.requests.length === 2);
    await takePaymentHandler(input, lambdaContext);
    expect(service.requests[0]?.headers.authorization).toBe("Bearer key-1");
    expect(ssm.requests).toHaveLength(2);
    expect(log.text()).not.toContain("key-1");
  });
});

describe("refunding a payment", () => {
  it("gives the workflow the reference", async () => {
    const { refundPaymentHandler } = await loadTasks();
    expect(await refundPaymentHandler(input, lambdaContext)).toEqual({
      refund_reference: `simulated-refund-${orderId}`,
    });
    expect(log.counted("RefundLatency", { Outcome: "refunded" })).toEqual([expect.any(Number)]);
  });
});

describe("shipping an order", () => {
  it("gives the workflow the reference", async () => {
    const { shipOrderHandler } = await loadTasks();
    expect(await shipOrderHandler(input, lambdaContext)).toEqual({
      kind: "shipped",
      shipment_reference: `simulated-shipment-${orderId}`,
    });
    expect(log.counted("ShippingLatency", { Outcome: "shipped" })).toEqual([expect.any(Number)]);
  });

  it("tells the workflow that it is refused, which is not an error", async () => {
    const { shipOrderHandler } = await loadTasks();
    const order = { ...input.order, items: [...items, { item: "Discontinued", quantity: 1 }] };
    expect(await shipOrderHandler({ ...input, order }, lambdaContext)).toEqual({ kind: "refused" });
    expect(log.counted("ShippingLatency", { Outcome: "refused" })).toEqual([expect.any(Number)]);
  });

  it("declares its environment", async () => {
    const { shipOrderHandler } = await loadTasks();
    expect(Object.keys(shipOrderHandler.environment.shape)).toEqual(["SHIPPING_URL", "SHIPPING_KEY_PARAMETER"]);
  });
});
