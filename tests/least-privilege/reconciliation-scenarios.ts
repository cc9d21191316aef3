import { strandedOrder } from "../support/stranded-order";
import type { PermissionScenario } from "./permission-scenario";

const name = "orders-reconcile-orders";

/** Minutes: beyond the limit, which is one, and not yet left to a person. */
const late = 1.5;

/** What looks after orders that stopped moving. */
export const reconciliationScenarios: readonly PermissionScenario[] = [
  {
    name: "an order that stands still is set going again, and counted",
    about: [name],
    run: async (system, patience) => {
      const id = await strandedOrder(system.tables, system.host.output("orders_table"), late);
      const { failed, text } = await system.invoke(await system.functionNamed(name), {});
      if (failed) throw new Error(text);
      await system.within(patience, `order ${id} still stands`, async () =>
        JSON.stringify((await system.orders.get(id)).body).includes("SHIPPED"),
      );
    },
  },
  {
    name: "orders that stand still are looked for on a schedule",
    about: ["orders-reconcile-schedule"],
    background: true,
    run: async (system) => {
      const [logGroup, functionName] = [await system.logGroupOf(name), await system.functionNamed(name)];
      const since = Date.now();
      // Every minute, since that is the limit here; the other scenario calls the function too.
      await system.within(65_000, "nothing was looked for on schedule", async () => {
        const runs = (await system.logLines(logGroup, since)).filter((line) => line.includes("orders reconciled"));
        return runs.length > system.invocationsOf(functionName, since);
      });
    },
  },
];
