import { describe, expect, it } from "vitest";
import { sendEach } from "../../runtime/aws/send-each";

interface Entry {
  readonly Id: string;
  readonly size: number;
}

const entriesOf = (count: number, size = 1): readonly Entry[] =>
  Array.from({ length: count }, (_, index) => ({ Id: String(index), size }));

const sending = async (entries: readonly Entry[], failing: (id: string, call: number) => boolean = () => false) => {
  const calls: string[][] = [];
  const waits: number[] = [];
  const done = sendEach({
    entries,
    sizeOf: ({ size }) => size,
    send: async (batch) => {
      const call = calls.push(batch.map(({ Id }) => Id));
      const failed = batch.filter(({ Id }) => failing(Id, call));
      return { Failed: failed.map(({ Id }) => ({ Id, Code: "InternalError" })) };
    },
    to: "the queue",
    wait: async (attempt) => void waits.push(attempt),
  });
  const failure = await done.then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { calls, waits, failure };
};

describe("sending in batches", () => {
  it("puts at most ten entries and 256 KB into a call", async () => {
    expect((await sending(entriesOf(25))).calls.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect((await sending(entriesOf(5, 100 * 1024))).calls.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect((await sending([])).calls).toEqual([]);
  });

  it("retries the entries that a successful call rejected, and no others", async () => {
    const { calls, waits, failure } = await sending(entriesOf(3), (id, call) => id === "1" && call < 3);
    expect(calls).toEqual([["0", "1", "2"], ["1"], ["1"]]);
    expect(waits).toEqual([1, 2]);
    expect(failure).toBeUndefined();
  });

  it("fails when an entry is not taken in four tries", async () => {
    const { calls, failure } = await sending(entriesOf(2), (id) => id === "1");
    expect(calls).toHaveLength(4);
    expect(failure).toBe("ServiceUnavailable: 1 of 2 messages were not accepted by the queue: InternalError");
  });
});
