import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  batches,
  checkpoint,
  consumer,
  fixture,
  mapping,
  newFixture,
  newStream,
  start,
  stream,
  write,
} from "./event-sources-stream-fixture";
import { until } from "./lambda-fixture";

beforeEach(newFixture);

describe("a mapping from a table's stream", () => {
  it("hands over the records as they are, in order, and keeps its place", async () => {
    fixture.function("relay", "exports.handler = async (event) => { console.log(JSON.stringify(event)) }");
    mapping();
    const [, last] = write("a", "b");
    await start();
    await until(() => checkpoint() === last, "the checkpoint is written");
    const line = fixture.log.find((entry) => entry.line.includes("INFO"))?.line ?? "";
    expect(JSON.parse(line.slice(line.indexOf("{")))).toEqual({ Records: stream.records });
  });

  it("begins with what is written from now on when its position is LATEST", async () => {
    consumer("");
    mapping({ startingPosition: "LATEST" });
    write("before");
    await start();
    write("after");
    await until(() => batches().length === 1, "a batch is handled");
    expect(batches()).toEqual(["after"]);
  });

  it("goes on behind its checkpoint after a restart", async () => {
    consumer("");
    mapping();
    const [first] = write("a");
    const host = await start();
    await until(() => checkpoint() === first, "the checkpoint is written");
    await host.stop();
    write("b");
    await start();
    await until(() => batches().length === 2, "the second batch is handled");
    expect(batches()).toEqual(["a", "b"]);
    expect(stream.opened).toEqual(["TRIM_HORIZON", { after: first }]);
  });

  it("reads a stream from its beginning when its checkpoint lies beyond the end", async () => {
    consumer("");
    mapping();
    write("a", "b", "c");
    const host = await start();
    await until(() => checkpoint() === "1002", "the checkpoint is written");
    await host.stop();
    newStream();
    write("new");
    await start();
    await until(() => batches().length === 2, "the new stream is read");
    expect(batches()).toEqual(["a,b,c", "new"]);
  });

  it("after a start with LATEST and no record yet, misses nothing that was written since", async () => {
    consumer("");
    mapping({ startingPosition: "LATEST" });
    stream.write("long ago", 1000);
    const host = await start();
    await host.stop();
    write("since");
    await start();
    await until(() => batches().length === 1, "a batch is handled");
    expect(batches()).toEqual(["since"]);
  });

  it("passes over what its filter does not match; numbers are strings to it", async () => {
    consumer("");
    mapping({
      filterCriteria: {
        filters: [
          { pattern: '{"dynamodb":{"Keys":{"photo_id":{"S":["wanted"]}}}}' },
          { pattern: '{"dynamodb":{"NewImage":{"amount":{"N":[5]}}}}' },
        ],
      },
    });
    write("other", "wanted", "another");
    await start();
    await until(() => checkpoint() === "1002", "the stream is worked through");
    expect(batches()).toEqual(["wanted"]);
  });

  it("works on several items at the same time, and on each in order, with a parallelization factor", async () => {
    const gate = join(fixture.folder, "gate");
    consumer(
      `if (keys[0] === "slow") while (!existsSync(${JSON.stringify(gate)})) await new Promise((r) => setTimeout(r, 2));`,
      { timeout: 30 },
    );
    mapping({ parallelizationFactor: 10, batchSize: 1 });
    const [slow] = write("slow", "a", "slow", "b", "c", "d", "e", "f");
    await start();
    await until(() => batches().length >= 5, "other items are handled meanwhile");
    expect(batches().filter((key) => key === "slow")).toHaveLength(1);
    // The checkpoint stays before what is not done.
    expect(checkpoint()).toBeUndefined();
    writeFileSync(gate, "");
    await until(() => checkpoint() === "1007", "the stream is worked through");
    expect(batches().filter((key) => key === "slow")).toHaveLength(2);
    expect(slow).toBe("1000");
  });

  it("measures the age of the last record of a batch", async () => {
    consumer("");
    mapping();
    stream.write("a", Math.floor(Date.now() / 1000) - 30);
    await start();
    await until(() => fixture.valuesOf("IteratorAge").length === 1, "the age is recorded");
    expect(fixture.valuesOf("IteratorAge")[0]).toBeGreaterThanOrEqual(30_000);
    expect(fixture.valuesOf("IteratorAge")[0]).toBeLessThan(40_000);
  });
});
