import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { lambdaHandler } from "../../runtime/lambda/lambda-handler";
import { log } from "../../runtime/lambda/log";
import { queueHandler } from "../../runtime/lambda/queue-handler";
import { customerHash, orderFields } from "../../runtime/orders/order-log";
import { ada, anOrder, orderId } from "./an-order";
import { lambdaContext } from "./api-event";
import { captureLog } from "./captured-log";
import { queueEvent, queueRecord } from "./queue-event";

const captured = captureLog();
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a line of log", () => {
  it("says of an order which it is, whose by a hash, which change and what it came with", () => {
    expect(orderFields(anOrder({ version: 3 }))).toEqual({
      order_id: orderId,
      // printf %s ada | sha256sum | cut -c1-16
      customer_hash: "fdee430d40bd57de",
      event_id: `${orderId}:3`,
      correlation_id: "request-1",
    });
    expect(customerHash(ada)).not.toBe(customerHash("bob"));
  });

  it("says of an invocation which trace it is of, how long it has taken, and whether its environment is new", async () => {
    vi.resetModules();
    const frame = await import("../../runtime/lambda/lambda-handler.js");
    const { log: own } = await import("../../runtime/lambda/log.js");
    vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
    const handle = frame.lambdaHandler({
      environment: z.object({}),
      build: () => async () => own.info({ order_id: orderId }, "order placed"),
    });
    await handle({}, lambdaContext);
    await handle({}, lambdaContext);
    const line = {
      level: "info",
      timestamp: expect.any(String),
      trace_id: "1-5759e988-bd862e3fe1be46a994272793",
      duration_ms: expect.any(Number),
      order_id: orderId,
      message: "order placed",
    };
    expect(captured.lines()).toEqual([
      { ...line, cold_start: true },
      { ...line, cold_start: false },
    ]);
  });

  it("says of a message how often it was received, each message of a batch for itself", async () => {
    const build = () => async () => {
      await Promise.resolve();
      log.info("done");
      return "done" as const;
    };
    const handle = queueHandler({ environment: z.object({}), build });
    const again = queueRecord("m-2", {});
    const attributes = { ...again.attributes, ApproximateReceiveCount: "4" };
    await handle(queueEvent(queueRecord("m-1", {}), { ...again, attributes }), lambdaContext);
    expect(captured.lines()).toMatchObject([{ attempt: 1 }, { attempt: 4 }]);
  });

  it("has nothing of that outside of an invocation", async () => {
    await lambdaHandler({ environment: z.object({}), build: () => async () => undefined })({}, lambdaContext);
    log.info("built");
    expect(captured.lines()).toEqual([{ level: "info", timestamp: expect.any(String), message: "built" }]);
  });
});
