import { beforeEach, describe, expect, it } from "vitest";
import { startMappings } from "./event-sources-fixture";
import { consumer, fixture, happened, mapping, newQueue, queue, reporting } from "./event-sources-queue-fixture";
import { until } from "./lambda-fixture";

beforeEach(newQueue);

describe("a mapping from a queue", () => {
  it("leaves every message of a failed batch in the queue", async () => {
    consumer("throw new Error('no')");
    mapping(reporting);
    queue.send("a");
    queue.send("b");
    await startMappings(fixture, { queues: queue });
    await until(() => happened("batch returned to queue").length === 1, "the batch has failed");
    expect(queue.deleted).toEqual([]);
    expect(queue.hidden.size).toBe(2);
  });

  it("returns only the messages that the function reports", async () => {
    consumer("return { batchItemFailures: [{ itemIdentifier: event.Records[1].messageId }] }");
    mapping(reporting);
    for (const body of ["a", "b", "c"]) queue.send(body);
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 2, "two are deleted");
    expect(queue.deleted).toEqual(["message-1", "message-3"]);
    expect([...queue.hidden.keys()]).toEqual(["handle-2"]);
  });

  it("deletes all, reported failures too, when the mapping does not ask for reports", async () => {
    consumer("return { batchItemFailures: [{ itemIdentifier: event.Records[0].messageId }] }");
    mapping();
    queue.send("a");
    await startMappings(fixture, { queues: queue });
    await until(() => queue.deleted.length === 1, "the message is deleted");
  });

  it.each(["null", "{}", "{ batchItemFailures: null }", "{ batchItemFailures: [] }", "undefined"])(
    "takes the answer %s as success",
    async (answer) => {
      consumer(`return ${answer}`);
      mapping(reporting);
      queue.send("a");
      await startMappings(fixture, { queues: queue });
      await until(() => queue.deleted.length === 1, "the message is deleted");
    },
  );

  it.each([
    "{ batchItemFailures: [{ itemIdentifier: 'not-in-batch' }] }",
    "{ batchItemFailures: [{ itemIdentifier: '' }] }",
    "{ batchItemFailures: [{ itemIdentifier: null }] }",
    "{ batchItemFailures: [{ id: 'message-1' }] }",
    "{ batchItemFailures: {} }",
    "'done'",
  ])("takes the answer %s as failure of the whole batch", async (answer) => {
    consumer(`return ${answer}`);
    mapping(reporting);
    queue.send("a");
    queue.send("b");
    await startMappings(fixture, { queues: queue });
    await until(() => happened("batch response malformed").length === 1, "the answer is refused");
    expect(queue.deleted).toEqual([]);
    expect(queue.hidden.size).toBe(2);
  });
});
