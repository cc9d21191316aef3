import { randomUUID } from "node:crypto";
import type { Answer, OrdersClient } from "../cli/orders-client";

/** Something a client of the API may do, and what must come of it. */
export interface Scenario {
  readonly name: string;
  /** What the API must answer, request by request: the status, and what is special about it. */
  readonly answers: readonly string[];
  /** The statuses the order must go through; none when there must be no order. */
  readonly history: readonly string[];
  readonly run: (orders: OrdersClient) => Promise<readonly Answer[]>;
}

const customer = "CUST-001";
const laptop = { customer_id: customer, items: [{ item: "Laptop", quantity: 1 }] };
const shipped = ["PENDING", "PAID", "SHIPPED"];

/** `201`, `201 replayed`, `422 idempotency_key_reused`. */
export const summaryOf = ({ status, replayed, body }: Answer): string => {
  const special = replayed ? " replayed" : typeof body["error"] === "string" ? ` ${body["error"]}` : "";
  return `${status}${special}`;
};

const refused = (name: string, answer: string, body: string): Scenario => ({
  name,
  answers: [answer],
  history: [],
  run: async (orders) => [await orders.placeText(body)],
});

export const scenarios: readonly Scenario[] = [
  {
    name: "plain",
    answers: ["201"],
    history: shipped,
    run: async (orders) => [await orders.place(laptop)],
  },
  {
    name: "shorthand of one line",
    answers: ["201"],
    history: shipped,
    run: async (orders) => [await orders.place({ customer_id: customer, item: "Laptop", quantity: 2 })],
  },
  {
    name: "sent again under its key",
    answers: ["201", "201 replayed"],
    history: shipped,
    run: async (orders) => {
      const key = randomUUID();
      return [await orders.place(laptop, { key }), await orders.place(laptop, { key })];
    },
  },
  {
    name: "another order under its key",
    answers: ["201", "422 idempotency_key_reused"],
    history: shipped,
    run: async (orders) => {
      const key = randomUUID();
      const other = { customer_id: customer, items: [{ item: "Laptop", quantity: 9 }] };
      return [await orders.place(laptop, { key }), await orders.place(other, { key })];
    },
  },
  {
    name: "twice at once under one key",
    answers: ["201", "201 replayed"],
    history: shipped,
    run: async (orders) => {
      const key = randomUUID();
      const answers = await Promise.all([orders.place(laptop, { key }), orders.place(laptop, { key })]);
      return answers.sort((one, other) => Number(one.replayed) - Number(other.replayed));
    },
  },
  {
    name: "payment answers on the second try",
    answers: ["201"],
    history: shipped,
    run: async (orders) => [await orders.place({ ...laptop, payment_method: "tok_timeout_once" })],
  },
  {
    name: "payment declined",
    answers: ["201"],
    history: ["PENDING", "REJECTED"],
    run: async (orders) => [await orders.place({ ...laptop, payment_method: "tok_declined" })],
  },
  {
    name: "shipping refused, refunded",
    answers: ["201"],
    history: ["PENDING", "PAID", "REJECTED"],
    run: async (orders) => [
      await orders.place({ customer_id: customer, items: [{ item: "Discontinued", quantity: 1 }] }),
    ],
  },
  {
    name: "cancelled before it is paid",
    answers: ["201", "200"],
    history: ["PENDING", "CANCELLED"],
    run: async (orders) => {
      // Fulfilment may be faster; then another order is tried.
      for (let attempt = 1; ; attempt += 1) {
        const placed = await orders.place({ ...laptop, payment_method: "tok_timeout_once" });
        const cancelled = await orders.cancel(String(placed.body["order_id"]));
        if (cancelled.status === 200 || attempt === 5) return [placed, cancelled];
      }
    },
  },
  {
    name: "cancelled too late",
    answers: ["201", "409 order_not_cancellable"],
    history: shipped,
    run: async (orders) => {
      const placed = await orders.place(laptop);
      const id = String(placed.body["order_id"]);
      while ((await orders.get(id)).body["status"] !== "SHIPPED");
      return [placed, await orders.cancel(id)];
    },
  },
  refused("no JSON", "400 malformed_json", '{"customer_id": "CUST-001", '),
  refused("quantity 0", "400 invalid_request", JSON.stringify({ customer_id: customer, item: "Laptop", quantity: 0 })),
  refused("an unknown field", "400 invalid_request", JSON.stringify({ ...laptop, price: 1 })),
  refused(
    "101 lines",
    "400 invalid_request",
    JSON.stringify({ customer_id: customer, items: Array.from({ length: 101 }, () => ({ item: "Pen", quantity: 1 })) }),
  ),
  refused(
    "more than 64 KB",
    "413 body_too_large",
    JSON.stringify({ customer_id: customer, item: "x".repeat(65_536), quantity: 1 }),
  ),
];
