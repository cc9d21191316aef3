import { describe, expect, it } from "vitest";
import * as z from "zod";
import { queueHandler } from "../../runtime/lambda/queue-handler";
import type { Notification } from "../../runtime/notifications/notification";
import { notifyHandler, notifyWorker } from "../../runtime/notifications/notify-handler";
import { orderEventOf } from "../../runtime/orders/order-event";
import { partnerEventOf } from "../../runtime/partners/partner-event";
import { anOrder, orderId } from "./an-order";
import { lambdaContext } from "./api-event";
import { captureLog } from "./captured-log";
import { queueEvent, queueRecord } from "./queue-event";

const log = captureLog();

const event = (overrides: Parameters<typeof anOrder>[0]) => {
  const { type, detail } = orderEventOf(anOrder(overrides));
  return partnerEventOf({ "detail-type": type, detail }, "https://api.example.com/orders");
};
const rejection = event({ status: "REJECTED", version: 2, rejection_reason: "payment_declined" });

/** As CloudWatch publishes it, with more than is read of it. */
const alarm = (NewStateValue: string, OldStateValue: string) => ({
  AlarmName: "orders-fulfilment-dlq-not-empty-1234567",
  AlarmDescription: "Orders could not be fulfilled. Authorization: Bearer abcdefgh12345",
  AWSAccountId: "123456789012",
  NewStateValue,
  NewStateReason: "Threshold Crossed: 1 datapoint [1.0] was greater than the threshold (0.0).",
  StateChangeTime: "2026-11-21T09:00:00.000+0000",
  Region: "EU (Frankfurt)",
  OldStateValue,
  Trigger: { MetricName: "ApproximateNumberOfMessagesVisible" },
});

const posting = (fails?: Error) => {
  const posted: Notification[] = [];
  const channel = {
    post: async (notification: Notification) => {
      if (fails !== undefined) throw fails;
      posted.push(notification);
    },
  };
  const handler = queueHandler({ environment: z.object({}), build: () => notifyWorker({ channel }) });
  return { posted, tell: (body: unknown) => handler(queueEvent(queueRecord("m-1", body)), lambdaContext) };
};

const failed = { batchItemFailures: [{ itemIdentifier: "m-1" }] };
const done = { batchItemFailures: [] };

describe("notifying people", () => {
  it("posts which order was rejected and why, without customer and items", async () => {
    const { posted, tell } = posting();
    expect(await tell(rejection)).toEqual(done);
    expect(posted).toEqual([
      {
        severity: "information",
        title: "Order rejected: payment declined",
        text: `https://api.example.com/orders/${orderId}`,
        facts: [
          { name: "Order", value: orderId },
          { name: "Lines", value: "1" },
          { name: "Rejected at", value: "2026-11-21T09:00:00.000Z" },
        ],
      },
    ]);
    expect(JSON.stringify(posted)).not.toMatch(/ada|Widget/);
    expect(log.lines()).toEqual([expect.objectContaining({ message: "notification posted", order_id: orderId })]);
  });

  it.each([
    ["ALARM", "OK", "problem"],
    ["ALARM", "INSUFFICIENT_DATA", "problem"],
    ["OK", "ALARM", "solved"],
  ])("tells of an alarm that goes to %s from %s, without secrets", async (now, before, severity) => {
    const { posted, tell } = posting();
    expect(await tell(alarm(now, before))).toEqual(done);
    expect(posted).toEqual([
      {
        severity,
        title: `${now}: orders-fulfilment-dlq-not-empty-1234567`,
        text: "Orders could not be fulfilled. Authorization: Bearer [redacted]",
        facts: [
          { name: "Reason", value: "Threshold Crossed: 1 datapoint [1.0] was greater than the threshold (0.0)." },
          { name: "Since", value: "2026-11-21T09:00:00.000+0000" },
        ],
      },
    ]);
  });

  it("posts neither a new alarm that is OK nor an order without problems", async () => {
    const { posted, tell } = posting();
    expect(await tell(alarm("OK", "INSUFFICIENT_DATA"))).toEqual(done);
    expect(await tell(event({ status: "SHIPPED", version: 3 }))).toEqual(done);
    expect(posted).toEqual([]);
    expect(log.lines()).toEqual([]);
  });

  it("fails a message that could not be posted, so that it is retried", async () => {
    const { tell } = posting(new Error("Slack did not accept a message in 5 tries: HTTP 503"));
    expect(await tell(rejection)).toEqual(failed);
    expect(log.lines()).toEqual([
      expect.objectContaining({ level: "error", message: "notification not posted", order_id: orderId }),
    ]);
    expect(log.counted("WorkFailed", { Step: "notify" })).toEqual([1]);
  });

  it("fails a message that is neither alarm nor event", async () => {
    const { posted, tell } = posting();
    expect(await tell({ hello: "ada" })).toEqual(failed);
    expect(posted).toEqual([]);
    expect(log.lines()).toEqual([
      expect.objectContaining({ reason: "not an alarm or an event for partners: wrong at /" }),
    ]);
  });

  it("needs the name of the webhook's parameter", () => {
    expect(Object.keys(notifyHandler.environment.shape)).toEqual(["SLACK_WEBHOOK_PARAMETER"]);
  });
});
