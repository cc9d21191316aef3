import { strandedOrder } from "../support/stranded-order";
import type { PermissionScenario } from "./permission-scenario";

const name = "orders-reconcile-orders";

/** Minutes: beyond the limit, which is 60, and not yet left to a person. */
const late = 62;

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
    run: async (system, patience) => {
      const [since, logGroup] = [Date.now(), await system.logGroupOf(name)];
      await system.fireSchedule("orders-reconcile-schedule");
      await system.within(patience, "nothing was looked for on schedule", async () =>
        (await system.logLines(logGroup, since)).some((line) => line.includes("orders reconciled")),
      );
    },
  },
];
