import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { customerIdSchema } from "../../runtime/orders/customer-id";
import { fingerprint } from "../../runtime/orders/fingerprint";
import { type OrderRequest, readOrderRequest } from "../../runtime/orders/order-request";
import { ada } from "./an-order";

const word = fc.stringMatching(/^[A-Za-z0-9"\\ ]{0,10}[A-Za-z]$/);
const request: fc.Arbitrary<OrderRequest> = fc.record({
  customer_id: word.map((id) => customerIdSchema.parse(id)),
  items: fc.array(fc.record({ item: word, quantity: fc.integer({ min: 1, max: 10_000 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  payment_method: fc.option(word, { nil: undefined }),
});

const asSent = (body: unknown): OrderRequest => {
  const read = readOrderRequest(body);
  if (read.kind === "invalid") throw new Error(JSON.stringify(read.errors));
  return { ...read.request, customer_id: ada };
};

describe("fingerprints", () => {
  it("do not depend on the order of keys", () => {
    const one = asSent({ customer_id: "ada", items: [{ item: "Widget", quantity: 2 }], payment_method: "tok_visa" });
    const other = asSent({ payment_method: "tok_visa", items: [{ quantity: 2, item: "Widget" }], customer_id: "ada" });
    expect(fingerprint(one)).toBe(fingerprint(other));
  });

  it("do not depend on the shorthand", () => {
    const long = asSent({ customer_id: "ada", items: [{ item: "Widget", quantity: 2 }] });
    const short = asSent({ customer_id: "ada", item: "Widget", quantity: 2 });
    expect(fingerprint(long)).toBe(fingerprint(short));
  });

  it("differ exactly when something asked for differs", () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(fingerprint(one) === fingerprint(other)).toBe(same);
      }),
    );
  });

  it.each<[string, Partial<OrderRequest>]>([
    ["customer", { customer_id: customerIdSchema.parse("bob") }],
    ["payment method", { payment_method: "tok_other" }],
    ["missing payment method", { payment_method: undefined }],
    ["quantity", { items: [{ item: "Widget", quantity: 3 }] }],
    ["item", { items: [{ item: "widget", quantity: 2 }] }],
    [
      "further line",
      {
        items: [
          { item: "Widget", quantity: 2 },
          { item: "Widget", quantity: 2 },
        ],
      },
    ],
  ])("differ with another %s", (_, changed) => {
    const asked = { customer_id: ada, items: [{ item: "Widget", quantity: 2 }], payment_method: "tok_visa" };
    expect(fingerprint({ ...asked, ...changed })).not.toBe(fingerprint(asked));
  });
});
