import { eventually } from "pulumi-local-host/testing/eventually";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { HostedOrders } from "./hosted-orders";
import { hasTerminal, refused, resultsOf } from "./run-orders";

const waySchema = z.object({
  order_id: z.string(),
  status: z.string(),
  trace_id: z.string(),
  source: z.literal("trace"),
  began_at: z.iso.datetime(),
  duration_ms: z.number(),
  rows: z.array(
    z.object({
      name: z.string(),
      origin: z.string().optional(),
      begins_ms: z.number(),
      duration_ms: z.number(),
      depth: z.number(),
      status: z.string(),
    }),
  ),
});

/** The command that shows an order's way. */
export function describeTraceCommand(orders: HostedOrders): void {
  describe("orders trace", () => {
    it("gives every hop of an order as JSON on a pipe", async () => {
      const { order_id } = await orders.shipped("TRACED");
      await eventually(async () => {
        const [result] = resultsOf(await orders.run(["trace", String(order_id)]));
        const way = waySchema.parse(result);
        expect(way).toMatchObject({ order_id, status: "SHIPPED" });
        const names = way.rows.map(({ name }) => name.replace(/-[0-9a-f]{7}$/, ""));
        expect(names.slice(0, 2)).toEqual([
          "orders-place-order",
          expect.stringMatching(/^(Initialization|place-order)$/),
        ]);
        expect(names).toContain("orders-fulfilment-workflow");
        // Events of all three statuses have left for partners.
        expect(names.filter((name) => name === "transform-order-event")).toHaveLength(3);
        for (const { begins_ms, duration_ms, status } of way.rows) {
          expect(begins_ms + duration_ms).toBeLessThanOrEqual(way.duration_ms + 0.1);
          expect(status).toBe("ok");
        }
      });
    });

    it.skipIf(!hasTerminal)("draws it on a terminal", async () => {
      const { order_id } = await orders.shipped("DRAWN");
      const { code, stdout } = await orders.runOnTerminal(["trace", String(order_id)]);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        new RegExp(`^${String(order_id)}  SHIPPED  [\\d.]+ m?s  trace 1-[0-9a-f]{8}-[0-9a-f]{24}\\n`),
      );
      expect(stdout).toMatch(/^orders-place-order +\d+ ms +\d+ ms +━+$/m);
      expect(stdout).toMatch(/^ +fulfil-order +\d+ ms +\d+ ms +━+$/m);
    });

    it("says that there is no such order, or that it is not an order's id", async () => {
      const id = "01a1fd7c-c448-7575-9465-3ea5c30c7eec";
      expect(await orders.run(["trace", id])).toEqual(refused(`There is no order ${id}.\n`));
      const wrong = await orders.run(["trace", "17"]);
      expect(wrong).toEqual({ code: 2, stdout: "", stderr: "17 is not an order's id, which is a UUID.\n" });
    });

    it("leads to the log where the trace was not kept", async () => {
      const unsampled = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0";
      const { api, token } = orders.started.host;
      const response = await fetch(`${api}/orders`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "x-amzn-trace-id": unsampled },
        body: JSON.stringify({ customer_id: "UNTRACED", item: "Pen", quantity: 1 }),
      });
      const { order_id } = z.object({ order_id: z.string() }).parse(await response.json());
      const folder = orders.started.host.folder;
      expect(await orders.run(["trace", order_id])).toEqual(
        refused(
          `There is no trace of the order ${order_id}: its trace 1-5759e988-bd862e3fe1be46a994272793 was not kept. Its log lines: grep -r ${order_id} ${folder}/logs\n`,
        ),
      );
    });
  });
}
