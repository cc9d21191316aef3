import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderIdSchema } from "../../runtime/orders/order-id";
import { pageCursor, positionFrom } from "../../runtime/orders/page-cursor";
import { ada, bob, orderId } from "./an-order";

const position = fc.record({
  created_at: fc
    .date({ min: new Date("2020-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  order_id: fc.uuid({ version: [5, 7] }).map((id) => orderIdSchema.parse(id)),
});
const cursor = pageCursor(ada, { created_at: "2026-11-21T09:00:00.000Z", order_id: orderId });

describe("page cursors", () => {
  it("decode to the position that they were made from", () => {
    fc.assert(
      fc.property(position, (each) => {
        expect(positionFrom(ada, pageCursor(ada, each))).toEqual(each);
      }),
    );
  });

  it("are safe in a URL", () => {
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it("are refused when any character is changed, added or left out", () => {
    fc.assert(
      fc.property(fc.nat({ max: cursor.length - 1 }), fc.constantFrom("", "A", "z", "_", "=", "AA", "%"), (at, put) => {
        const tampered = cursor.slice(0, at) + put + cursor.slice(at + 1);
        fc.pre(tampered !== cursor);
        expect(positionFrom(ada, tampered)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    expect(positionFrom(ada, `${cursor}=`)).toBeUndefined();
  });

  it("are refused for another customer", () => {
    expect(positionFrom(bob, cursor)).toBeUndefined();
  });

  it("are refused, not thrown at, whatever text comes in", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(positionFrom(ada, text)).toBeUndefined();
      }),
    );
  });
});
