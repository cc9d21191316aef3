import { describe, expect, it } from "vitest";
import { orderEventDetailSchema, orderEventOf } from "../../runtime/orders/order-event";
import { orderStatuses } from "../../runtime/orders/order-status";
import { anOrder, orderId } from "./an-order";

const settled = anOrder({
  status: "REJECTED",
  version: 3,
  updated_at: "2026-11-21T09:00:05.000Z",
  idempotency_key: "key-1",
  payment_reference: "pay-1",
  shipment_reference: "ship-1",
  rejection_reason: "shipping_refused",
});

describe("order events", () => {
  it("tell what happened, when, to which order", () => {
    expect(orderEventOf(settled)).toEqual({
      type: "OrderRejected",
      detail: {
        event_id: `${orderId}:3`,
        schema_version: 1,
        occurred_at: "2026-11-21T09:00:05.000Z",
        order: {
          order_id: orderId,
          customer_id: "ada",
          status: "REJECTED",
          version: 3,
          items: [{ item: "Widget", quantity: 2 }],
          created_at: "2026-11-21T09:00:00.000Z",
          updated_at: "2026-11-21T09:00:05.000Z",
          rejection_reason: "shipping_refused",
        },
        trace: { correlation_id: "request-1" },
      },
    });
  });

  it("never hold how the order is paid for, its key, or a reference", () => {
    expect(JSON.stringify(orderEventOf(settled))).not.toMatch(/tok_visa|pay-1|ship-1|key-1|fingerprint/);
  });

  it("are named after the status the order has now", () => {
    expect(orderStatuses.map((status) => orderEventOf(anOrder({ status })).type)).toEqual([
      "OrderPlaced",
      "OrderPaid",
      "OrderShipped",
      "OrderRejected",
      "OrderCancelled",
    ]);
  });

  it("keep their shape through JSON", () => {
    const { detail } = orderEventOf(settled);
    expect(orderEventDetailSchema.parse(JSON.parse(JSON.stringify(detail)))).toEqual(detail);
  });

  it("of another schema version are not read", () => {
    const { detail } = orderEventOf(settled);
    expect(orderEventDetailSchema.safeParse({ ...detail, schema_version: 2 }).success).toBe(false);
  });
});
