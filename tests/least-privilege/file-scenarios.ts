import { randomUUID } from "node:crypto";
import { expectStatus } from "./order-scenarios";
import type { PermissionScenario } from "./permission-scenario";

/** Orders that come as a file, and orders that the stack makes for itself. */
export const fileScenarios: readonly PermissionScenario[] = [
  {
    name: "a file's orders are placed, and its bad rows reported",
    about: ["orders-import-file", "orders-files"],
    run: async (system, patience) => {
      const customer = `CUST-${randomUUID()}`;
      const name = `${randomUUID()}.csv`;
      const bucket = `${system.host.awsEndpoint}/${system.host.output("import_bucket")}`;
      const body = `customer_id,item,quantity\n${customer},Laptop,1\n${customer},Laptop,none\n`;
      const put = await fetch(`${bucket}/incoming/${name}`, { method: "PUT", body });
      expectStatus("the upload", put.status, 200);
      for (const report of [`${name}.report.json`, `${name}.rejected.csv`]) {
        await system.within(patience, `no ${report}`, async () => (await fetch(`${bucket}/reports/${report}`)).ok);
      }
      await system.within(patience, "no order was placed", () => system.hasOrders(customer));
    },
  },
  {
    name: "orders are published by hand",
    about: ["orders-publish-order"],
    run: async (system) => {
      const { failed, text } = await system.invoke(await system.functionNamed("orders-publish-order"), {});
      if (failed) throw new Error(text);
    },
  },
  {
    name: "orders are published on a schedule",
    about: ["orders-publish-schedule"],
    run: async (system, patience) => {
      const [since, logGroup] = [Date.now(), await system.logGroupOf("orders-publish-order")];
      await system.fireSchedule("orders-publish-schedule");
      await system.within(patience, "nothing was published on schedule", async () =>
        (await system.logLines(logGroup, since)).some((line) => line.includes('"orders":2,')),
      );
    },
  },
];
