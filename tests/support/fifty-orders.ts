/** An order as it is sent, by any way in: its text, which need not be JSON. */
export interface SentOrder {
  readonly name: string;
  readonly text: string;
}

const order = (name: string, value: unknown): SentOrder => ({ name, text: JSON.stringify(value) });

const line = (number: number) => ({ item: `Item ${number}`, quantity: (number % 9) + 1 });

const linesOf = (count: number) => Array.from({ length: count }, (_, index) => line(index));

const of = (name: string, fields: Readonly<Record<string, unknown>>): SentOrder =>
  order(name, { customer_id: "CUST-001", ...fields });

const pen = { item: "Pen", quantity: 1 };

/** Good ones: plain, in shorthand, long, declined, refused, and in other scripts. */
const good: readonly SentOrder[] = [
  ...Array.from({ length: 16 }, (_, index) =>
    order(`plain ${index}`, { customer_id: `CUST-${index}`, items: [line(index)], payment_method: `tok_${index}` }),
  ),
  ...Array.from({ length: 6 }, (_, index) => of(`shorthand ${index}`, { item: `Short ${index}`, quantity: index + 1 })),
  ...[2, 10, 100].map((count) => of(`${count} lines`, { items: linesOf(count) })),
  ...Array.from({ length: 2 }, (_, index) =>
    of(`declined ${index}`, { items: [line(index)], payment_method: "tok_declined" }),
  ),
  of("discontinued", { items: [{ item: "Discontinued", quantity: 1 }] }),
  of("the same item twice", { items: [pen, pen] }),
  of("other scripts", { items: [{ item: "Blüte 花 🖋", quantity: 3 }] }),
  of("punctuation", { items: [{ item: `15" {"a":[1]}, 'b'; \\ <c> &amp;`, quantity: 3 }] }),
  of("longest item", { items: [{ item: "x".repeat(200), quantity: 1 }] }),
  of("largest quantity", { items: [{ item: "Pen", quantity: 10_000 }] }),
];

/** Bad ones: wrong in every way that the API knows. */
const bad: readonly SentOrder[] = [
  { name: "no JSON", text: '{"customer_id": "CUST-001", ' },
  { name: "a word", text: "order" },
  order("a list", [pen]),
  order("too large", { customer_id: "CUST-001", item: "x".repeat(65_536), quantity: 1 }),
  of("quantity 0", { item: "Pen", quantity: 0 }),
  of("quantity -1", { items: [pen, { item: "Ink", quantity: -1 }] }),
  of("quantity 10,001", { items: [{ item: "Pen", quantity: 10_001 }] }),
  of("quantity 1.5", { items: [{ item: "Pen", quantity: 1.5 }] }),
  of("quantity as text", { items: [{ item: "Pen", quantity: "2" }] }),
  of("no quantity", { item: "Pen" }),
  of("no lines", { items: [] }),
  of("101 lines", { items: linesOf(101) }),
  of("an unknown field", { items: [pen], price: 1 }),
  of("an unknown field in a line", { items: [{ ...pen, "price/unit": 1 }] }),
  of("an empty item", { items: [{ item: " ", quantity: 1 }] }),
  of("two wrong fields", { items: [{ item: "", quantity: 0 }], payment_method: 7 }),
  order("a number for a customer", { customer_id: 7, items: [pen] }),
];

/** Fifty orders, good and bad. */
export const fiftyOrders: readonly SentOrder[] = [...good, ...bad];
