import { describe, expect, it } from "vitest";
import { orderStatuses } from "../../runtime/orders/order-status";
import { canChange, isTerminal, previousOf } from "../../runtime/orders/transitions";

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
});
