import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { customerIdSchema } from "../../runtime/orders/customer-id";
import { freshOrderId, keyedOrderId, orderIdSchema } from "../../runtime/orders/order-id";
import { ada, bob } from "./an-order";

const customer = fc
  .string({ minLength: 1, maxLength: 40, unit: "binary" })
  .filter((id) => customerIdSchema.safeParse(id).success)
  .map((id) => customerIdSchema.parse(id));
const key = fc.stringMatching(/^[!-~]{1,255}$/);

describe("order ids", () => {
  it("are UUIDv5 of customer and key, the same for ever", () => {
    expect(keyedOrderId(ada, "key-1")).toBe("f30e4cbf-2269-5c1f-be0a-fa525ddcc782");
  });

  it("are the same for the same customer and key, and of version 5", () => {
    fc.assert(
      fc.property(customer, key, (who, chosen) => {
        expect(keyedOrderId(who, chosen)).toBe(keyedOrderId(who, chosen));
        expect(keyedOrderId(who, chosen)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it("differ when customer or key differ", () => {
    fc.assert(
      fc.property(customer, key, customer, key, (who, chosen, otherWho, otherChosen) => {
        fc.pre(who !== otherWho || chosen !== otherChosen);
        expect(keyedOrderId(who, chosen)).not.toBe(keyedOrderId(otherWho, otherChosen));
      }),
    );
  });

  it("do not mix up where the customer ends and the key begins", () => {
    const adaB = customerIdSchema.parse("ada,b");
    expect(keyedOrderId(adaB, "ob")).not.toBe(keyedOrderId(ada, "b,ob"));
    expect(keyedOrderId(bob, "key-1")).not.toBe(keyedOrderId(ada, "key-1"));
  });

  it("without a key are UUIDv7, each a new one", () => {
    const ids = Array.from({ length: 1_000 }, freshOrderId);
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it("are nothing but UUIDs", () => {
    for (const id of ["", "1", "0191f5a2", "../etc", "0191f5a2-7c3b-7d1e-8a4f-3b2c1d0e9f8g"]) {
      expect(orderIdSchema.safeParse(id).success).toBe(false);
    }
  });
});
