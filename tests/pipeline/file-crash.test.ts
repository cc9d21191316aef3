import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { FileDrop } from "../../demo/file-drop";
import { HostProcess } from "../../demo/host-process";
import { newFolder } from "../support/started-host";

const rows = 2_000;
const csv = `customer_id,item,quantity\n${Array.from({ length: rows }, (_, index) => `CUST-${index % 7},Item ${index},1\n`).join("")}`;

describe("a host that is killed in the middle of a file", () => {
  const folder = newFolder();
  let host: HostProcess | undefined;

  afterAll(async () => {
    await host?.end("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  it("goes on after its restart: every row becomes one order, and the report says so", async () => {
    host = await HostProcess.start({ folder, options: ["--no-warm"] });
    const before = new FileDrop(host);
    await before.holdFulfilment();
    await before.put("orders.csv", csv);
    await before.until(async () => (await before.sent()) > 0);
    await host.end("SIGKILL");

    host = await HostProcess.start({ folder, options: ["--no-warm"] });
    const after = new FileDrop(host);
    await after.holdFulfilment();
    // Killed before it was done, or the test proves nothing.
    expect(await after.report("orders.csv")).toBeUndefined();
    await after.until(async () => (await after.report("orders.csv")) !== undefined);
    await after.until(async () => (await after.waiting()) === 0);
    expect(await after.report("orders.csv")).toMatchObject({ result: "imported", rows, accepted: rows, orders: rows });
    const numbers = (await after.orderKeys()).map((key) => Number(key.replace(/^.*:row-/, "")));
    expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: rows }, (_, index) => index + 2));
  }, 180_000);
});
