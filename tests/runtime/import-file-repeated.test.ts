import { describe, expect, it } from "vitest";
import { ServiceUnavailable } from "../../runtime/values/service-unavailable";
import { inMemoryImport, type RunOptions } from "./in-memory-import";
import { rowsOf } from "./rows-of";

describe("the same upload twice", () => {
  const idsOf = async (content: string, options: RunOptions = {}) => {
    const drop = inMemoryImport();
    await drop.run(content, options);
    return drop.sent.map(({ id }) => id);
  };

  it("sends its orders under the same keys, whatever the file is called", async () => {
    const ids = await idsOf(rowsOf(3), { name: "incoming/monday.csv" });
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}:row-2$/);
    expect(await idsOf(rowsOf(3), { name: "incoming/again.csv" })).toEqual(ids);
  });

  it("is another upload when a byte differs, or when whoever uploads it says so", async () => {
    const [id] = await idsOf(rowsOf(1));
    expect(await idsOf(rowsOf(1).replace("Item 0", "Item 9"))).not.toContain(id);
    expect(await idsOf(rowsOf(1), { metadata: { "import-id": "week 47" } })).not.toContain(id);
  });

  it("is the same upload with other content, when whoever uploads it says so", async () => {
    const metadata = { "import-id": "week 47" };
    const [id] = await idsOf(rowsOf(1), { metadata });
    expect(await idsOf(rowsOf(1).replace("Item 0", "Item 9"), { metadata })).toEqual([id]);
  });

  it("sends everything again after it was finished, so that an upload mends what was lost", async () => {
    const drop = inMemoryImport();
    await drop.run(rowsOf(3));
    await drop.run(rowsOf(3));
    expect(drop.sent).toHaveLength(6);
  });
});

describe("an import that is interrupted", () => {
  it("goes on after the orders that are in the inbox for sure, and loses none", async () => {
    const drop = inMemoryImport();
    const failing = inMemoryImport({
      progress: drop.ports.progress,
      inbox: {
        send: async (orders) => {
          if (drop.sent.length >= 5_400) throw new ServiceUnavailable("the inbox is down");
          drop.sent.push(...orders);
        },
      },
    });
    await expect(failing.run(rowsOf(9_000))).rejects.toThrow("the inbox is down");
    expect([...drop.progress.values()]).toEqual([{ sent: 5_000, finished: false }]);
    expect(failing.reports.size).toBe(0);

    await drop.run(rowsOf(9_000));
    const ids = drop.sent.map(({ id }) => id);
    expect(new Set(ids).size).toBe(9_000);
    // Those between the last note of the progress and the failure.
    expect(ids).toHaveLength(9_400);
    expect(drop.report()).toMatchObject({ result: "imported", accepted: 9_000, orders: 9_000 });
    expect([...drop.progress.values()]).toEqual([{ sent: 9_000, finished: true }]);
  });

  it("pauses before its time is up and goes on where it was, sending nothing twice", async () => {
    let calls = 0;
    const drop = inMemoryImport({ timeLeft: () => (++calls === 3 ? 14_000 : 300_000) });
    expect(await drop.run(rowsOf(1_000))).toEqual({ kind: "paused" });
    expect(drop.reports.size).toBe(0);
    expect(drop.sent).toHaveLength(600);
    expect(await drop.run(rowsOf(1_000))).toMatchObject({ kind: "reported", report: { result: "imported" } });
    expect(new Set(drop.sent.map(({ id }) => id)).size).toBe(1_000);
    expect(drop.sent).toHaveLength(1_000);
  });
});
