import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "pulumi-local-host/testing/eventually";
import { describe, expect, it } from "vitest";
import type { HostedOrders } from "./hosted-orders";
import { hasTerminal, resultsOf } from "./run-orders";

/** The commands that use the topic and the bucket. */
export function describeIntakeCommands(orders: HostedOrders): void {
  describe("orders publish", () => {
    it("sends an order that is placed a moment later, and once under a --key", async () => {
      const publish = ["publish", "--customer", "PUBLISHED", "--item", "Pen=2", "--key", "basket-17"];
      const runs = await Promise.all([orders.run(publish), orders.run(publish)]);
      const results = runs.flatMap(resultsOf);
      expect(new Set(results.map(({ message_id }) => message_id)).size).toBe(2);
      const [order_id] = results.map((result) => result["order_id"]);
      const inbox = orders.started.host.output("inbox_queue_url");
      await eventually(async () => {
        expect(await orders.stored(order_id)).toMatchObject({ customer_id: "PUBLISHED", items: [{ quantity: 2 }] });
        expect(await orders.started.aws.depth(inbox)).toEqual({ waiting: 0, inFlight: 0 });
      });
      const { body } = await orders.started.orders.list({ customer_id: "PUBLISHED" });
      expect(body["orders"]).toEqual([expect.objectContaining({ order_id })]);
    });

    it("takes an event from standard input, whose id is the key", async () => {
      const data = { customer_id: "EVENTFUL", item: "Pen", quantity: 1 };
      const event = { type: "OrderCreated", id: "event-1", source: "shop", data };
      const [sent] = resultsOf(await orders.run(["publish", "--file", "-"], { stdin: JSON.stringify(event) }));
      await eventually(async () =>
        expect(await orders.stored(sent?.["order_id"])).toMatchObject({ customer_id: "EVENTFUL" }),
      );
    });
  });

  describe("orders import", () => {
    /** A file of orders in a folder that the host has nothing to do with. */
    const fileOf = (name: string, ...lines: readonly string[]): string =>
      fileWith(name, lines.map((line) => `${line}\n`).join(""));
    const fileWith = (name: string, content: string | Uint8Array): string => {
      const folder = join(orders.started.host.folder, "files of mine");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };

    const header = "customer_id,item,quantity,order_ref";

    const wrongRow = {
      row: 3,
      error: "invalid_request",
      field: "quantity",
      value: "zero",
      reason: 'must be a whole number from 1 to 10,000; it is "zero"',
    };

    it("imports a file and prints the report on it", async () => {
      const csv = fileOf("two orders.csv", header, "CSV,Laptop,1,a", "CSV,Pen,2,a", "CSV,Pen,3,b");
      const order = { customer_id: "LINES", items: [{ item: "Pen", quantity: 1 }] };
      const [fromCsv, fromLines] = await Promise.all([
        orders.run(["import", csv]),
        orders.run(["import", fileOf("orders.jsonl", JSON.stringify(order))]),
      ]);
      const taken = { result: "imported", acceptance: "partial", rejected: 0, rejected_rows: [] };
      expect(resultsOf(fromCsv)).toEqual([
        expect.objectContaining({ ...taken, file: "incoming/two orders.csv", format: "csv", rows: 3, orders: 2 }),
      ]);
      expect(resultsOf(fromLines)).toEqual([
        expect.objectContaining({ ...taken, file: "incoming/orders.jsonl", format: "json-lines", rows: 1, orders: 1 }),
      ]);
      await eventually(async () => {
        const { body } = await orders.started.orders.list({ customer_id: "CSV" });
        expect(body["orders"]).toHaveLength(2);
      });
    });

    it("ends with exit code 1 when a row is rejected, and reports on this upload of the name, not on an earlier one", async () => {
      const csv = fileOf("part.csv", header, "PART,Laptop,1,a", "PART,Pen,zero,b");
      const partial = await orders.run(["import", csv]);
      const none = await orders.run(["import", csv, "--all-or-nothing"]);
      const counts = { rows: 2, rejected: 1, rejected_rows: [wrongRow] };
      expect({ ...partial, stdout: JSON.parse(partial.stdout) }).toEqual({
        code: 1,
        stdout: expect.objectContaining({ result: "imported_in_part", acceptance: "partial", accepted: 1, ...counts }),
        stderr: "",
      });
      expect({ ...none, stdout: JSON.parse(none.stdout) }).toEqual({
        code: 1,
        stdout: expect.objectContaining({ result: "refused", error: "rows_rejected", accepted: 0, ...counts }),
        stderr: "",
      });
    });

    it("imports a file in another encoding that is named, and refuses it without", async () => {
      const file = fileWith("windows.csv", Buffer.from(`${header}\nCAF\xc9,Blue caf\xe9 table,1,\n`, "latin1"));
      const unnamed = await orders.run(["import", file]);
      expect(unnamed.code).toBe(1);
      expect(JSON.parse(unnamed.stdout)).toMatchObject({ result: "refused", error: "unsupported_encoding", orders: 0 });
      expect(resultsOf(await orders.run(["import", file, "--encoding", "windows-1252"]))).toEqual([
        expect.objectContaining({ result: "imported", orders: 1 }),
      ]);
      await eventually(async () => {
        const { body } = await orders.started.orders.list({ customer_id: "CAFÉ" });
        expect(body["orders"]).toEqual([
          expect.objectContaining({ items: [{ item: "Blue café table", quantity: 1 }] }),
        ]);
      });
    });

    it("ends with exit code 1 for a file with no order in it", async () => {
      const run = await orders.run(["import", fileOf("empty.csv")]);
      const report = { result: "refused", error: "empty_file", reason: "There is no order in the file.", bytes: 0 };
      expect({ ...run, stdout: JSON.parse(run.stdout) }).toEqual({
        code: 1,
        stdout: expect.objectContaining(report),
        stderr: "",
      });
    });

    it.skipIf(!hasTerminal)(
      "shows on a terminal how far it is, the report, and the wrong rows as a table",
      async () => {
        const csv = fileOf("seen.csv", header, "ROWS,Laptop,1,a", "ROWS,Pen,zero,b");
        const { code, stdout } = await orders.runOnTerminal(["import", csv]);
        expect(code).toBe(1);
        expect(stdout).toContain(" 100% of 68 bytes");
        expect(stdout).toContain("\nresult       imported_in_part\n");
        expect(stdout).toMatch(
          /\nrow {2}field {5}value {2}reason\n3 {4}quantity {2}zero {3}must be a whole number .* "zero"\n$/,
        );
      },
    );
  });
}
