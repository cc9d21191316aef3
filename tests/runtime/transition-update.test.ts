import { describe, expect, it } from "vitest";
import { transitionUpdate } from "../../runtime/orders/transition-update";

const at = "2026-11-21T10:00:00.000Z";

describe("the update of a transition", () => {
  it("to a status that is not terminal leaves the order in the index of open orders", () => {
    expect(transitionUpdate({ to: "PAID", payment_reference: "pay-1" }, at)).toEqual({
      UpdateExpression:
        "SET #version = #version + :one, #status = :status, #updated_at = :updated_at, #payment_reference = :payment_reference",
      ConditionExpression: "#status IN (:from_PENDING)",
      ExpressionAttributeNames: {
        "#status": "status",
        "#updated_at": "updated_at",
        "#payment_reference": "payment_reference",
        "#version": "version",
      },
      values: {
        ":one": 1,
        ":status": "PAID",
        ":updated_at": at,
        ":payment_reference": "pay-1",
        ":from_PENDING": "PENDING",
      },
    });
  });

  it("to a terminal status takes it out, from every status that may lead there", () => {
    const update = transitionUpdate({ to: "REJECTED", rejection_reason: "shipping_refused" }, at);
    expect(update.UpdateExpression).toBe(
      "SET #version = #version + :one, #status = :status, #updated_at = :updated_at, #rejection_reason = :rejection_reason REMOVE #open_shard",
    );
    expect(update.ConditionExpression).toBe("#status IN (:from_PENDING, :from_PAID)");
    expect(update.ExpressionAttributeNames["#open_shard"]).toBe("open_shard");
  });

  it("hands a workflow's JSON paths through", () => {
    const { values } = transitionUpdate(
      { to: "SHIPPED", shipment_reference: "$.shipment.shipment_reference" },
      "$.now",
    );
    expect(values).toMatchObject({ ":shipment_reference": "$.shipment.shipment_reference", ":updated_at": "$.now" });
  });
});
