import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderStatuses } from "../../runtime/orders/order-status";
import { canChange, changeOrder, isTerminal, type OrderChange, previousOf } from "../../runtime/orders/transitions";
import { anOrder } from "./an-order";

const at = new Date("2026-11-21T10:00:00.000Z");

const changes: readonly OrderChange[] = [
  { to: "PAID", payment_reference: "pay-1" },
  { to: "SHIPPED", shipment_reference: "ship-1" },
  { to: "REJECTED", rejection_reason: "payment_declined" },
  { to: "CANCELLED" },
];

describe("transitions", () => {
  it("allow exactly the five edges", () => {
    const edges = orderStatuses.flatMap((from) =>
      orderStatuses.filter((to) => canChange(from, to)).map((to) => [from, to]),
    );
    expect(edges).toEqual([
      ["PENDING", "PAID"],
      ["PENDING", "REJECTED"],
      ["PENDING", "CANCELLED"],
      ["PAID", "SHIPPED"],
      ["PAID", "REJECTED"],
    ]);
  });

  it("end in SHIPPED, REJECTED and CANCELLED", () => {
    expect(orderStatuses.filter(isTerminal)).toEqual(["SHIPPED", "REJECTED", "CANCELLED"]);
  });

  it("know from where a status is reached", () => {
    expect(previousOf("REJECTED")).toEqual(["PENDING", "PAID"]);
    expect(previousOf("PENDING")).toEqual([]);
  });

  it("set the status, what became known, the version and the time", () => {
    const paid = changeOrder(anOrder(), { to: "PAID", payment_reference: "pay-1" }, at);
    expect(paid).toEqual({
      kind: "changed",
      order: { ...anOrder(), status: "PAID", payment_reference: "pay-1", version: 2, updated_at: at.toISOString() },
    });
  });

  it("leave an order as it is when the change was made before", () => {
    const paid = anOrder({ status: "PAID", version: 2, payment_reference: "pay-1" });
    expect(changeOrder(paid, { to: "PAID", payment_reference: "pay-2" }, at)).toEqual({
      kind: "repeated",
      order: paid,
    });
  });

  it("keep to the edges in any sequence of changes, count each in the version, and stop at a terminal status", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...changes), { maxLength: 12 }), (sequence) => {
        let order = anOrder();
        for (const change of sequence) {
          const result = changeOrder(order, change, at);
          if (result.kind === "changed") {
            expect(canChange(order.status, result.order.status)).toBe(true);
            expect(isTerminal(order.status)).toBe(false);
            expect(result.order.version).toBe(order.version + 1);
          } else {
            expect(result.order).toBe(order);
            expect(result.kind).toBe(order.status === change.to ? "repeated" : "refused");
          }
          order = result.order;
        }
        expect(order.version).toBeLessThanOrEqual(3);
      }),
    );
  });
});
