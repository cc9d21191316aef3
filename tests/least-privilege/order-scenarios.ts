import type { PermissionScenario } from "./permission-scenario";
import type { RunningSystem } from "./running-system";

const laptop = { customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] };

export const expectStatus = (what: string, status: number, expected: number): void => {
  if (status !== expected) throw new Error(`${what} was answered with ${status} in place of ${expected}`);
};

/** Places an order; gives its id. */
export const place = async ({ orders }: RunningSystem, item = "Laptop"): Promise<string> => {
  const { status, body } = await orders.place({ ...laptop, items: [{ item, quantity: 1 }] });
  expectStatus("POST /orders", status, 201);
  return String(body["order_id"]);
};

/** Waits until an order has gone through these statuses. */
export const follow = async (
  { history }: RunningSystem,
  orderId: string,
  expected: readonly string[],
  patience: number,
): Promise<void> => {
  const went = (await history.ofOrder(orderId, patience)).map(({ status }) => status);
  if (went.join() !== expected.join()) throw new Error(`order ${orderId} went ${went.join(" > ") || "nowhere"}`);
};

const get = async (system: RunningSystem, path: string): Promise<void> => {
  expectStatus(`GET ${path}`, (await fetch(`${system.host.api}${path}`)).status, 200);
};

/** What a function of the workflow is told. */
const task = (orderId: string) => ({
  order: { order_id: orderId, customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }], version: 1 },
  trace: { correlation_id: "a-correlation-id" },
});

/** The service takes a key no longer: the next call fails, and the one after it goes out with the key as it is then. */
const newKey = (name: string, path: string): PermissionScenario => ({
  name: `${name} asks for its key again when the service no longer takes it`,
  about: [`orders-${name}`],
  run: async (system) => {
    const functionName = await system.functionNamed(`orders-${name}`);
    const orderId = crypto.randomUUID();
    system.outside.refuseOnce(path, 401);
    await system.invoke(functionName, task(orderId));
    const { failed, text } = await system.invoke(functionName, task(orderId));
    if (failed) throw new Error(text);
  },
});

/** What clients of the API see, and what comes of their orders. */
export const orderScenarios: readonly PermissionScenario[] = [
  {
    name: "an order is placed, paid and shipped",
    about: [
      "orders-place-order",
      "orders-relay-order-events",
      "orders-fulfilment",
      "orders-fulfil-order",
      "orders-fulfilment-workflow",
    ],
    run: async (system, patience) => follow(system, await place(system), ["PENDING", "PAID", "SHIPPED"], patience),
  },
  {
    name: "an order that cannot be shipped is refunded",
    about: ["orders-fulfilment-workflow"],
    run: async (system, patience) => {
      const refunds = system.outside.asked("/refunds");
      await follow(system, await place(system, "Discontinued"), ["PENDING", "PAID", "REJECTED"], patience);
      await system.within(patience, "no refund", async () => system.outside.asked("/refunds") > refunds);
    },
  },
  {
    name: "an order is shown",
    about: ["orders-get-order"],
    run: async (system) => expectStatus("GET", (await system.orders.get(await place(system))).status, 200),
  },
  {
    name: "a customer's orders are listed",
    about: ["orders-list-orders"],
    run: async (system) => {
      const id = await place(system);
      const { status, body } = await system.orders.list({ customer_id: "CUST-001", limit: "1" });
      expectStatus("GET /orders", status, 200);
      if (!JSON.stringify(body).includes(id)) throw new Error(`order ${id} is not the first of the list`);
    },
  },
  {
    name: "an order is cancelled, and not when it is too late",
    about: ["orders-cancel-order"],
    run: async (system, patience) => {
      const done = await place(system);
      await follow(system, done, ["PENDING", "PAID", "SHIPPED"], Math.max(patience, 10_000));
      expectStatus("a late cancellation", (await system.orders.cancel(done)).status, 409);
      system.outside.hold("/payments");
      try {
        expectStatus("a cancellation", (await system.orders.cancel(await place(system))).status, 200);
      } finally {
        system.outside.release("/payments");
      }
    },
  },
  { name: "health is shown", about: ["orders-describe-api"], run: (system) => get(system, "/health") },
  { name: "the API describes itself", about: ["orders-describe-api"], run: (system) => get(system, "/openapi.json") },
  newKey("take-payment", "/payments"),
  newKey("refund-payment", "/refunds"),
  newKey("ship-order", "/shipments"),
];
