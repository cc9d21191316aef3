import { describe, expect, it } from "vitest";
import { arnOf } from "./recorded-context";
import { execute, machine, PRINCIPAL } from "./workflows-fixture";

describe("service integrations", () => {
  it("call the services as the machine's role", async () => {
    const task = (integration: string, Parameters: unknown, next?: string) => ({
      Type: "Task",
      Resource: `arn:aws:states:::${integration}`,
      Parameters,
      ResultPath: null,
      ...(next === undefined ? { End: true } : { Next: next }),
    });
    const { context, output } = await execute(
      machine("Get", {
        Get: task("dynamodb:getItem", { TableName: "photos", Key: { id: { "S.$": "$.id" } } }, "Send"),
        Send: task("sqs:sendMessage", { QueueUrl: "http://localhost:4566/0/q", MessageBody: { a: 1 } }, "Publish"),
        Publish: task("sns:publish", { TopicArn: arnOf("sns", "t"), Message: { b: 2 }, Subject: "s" }, "Put"),
        Put: task("events:putEvents", { Entries: [{ Source: "x", DetailType: "y", Detail: { "c.$": "$.id" } }] }),
      }),
      { callAction: async (service) => (service === "events" ? { FailedEntryCount: 0, Entries: [] } : {}) },
      { id: "1" },
    );
    expect(output).toEqual({ id: "1" });
    expect(context.recorded.map(({ call, value }) => [call, value])).toEqual([
      ["dynamodb:GetItem", { TableName: "photos", Key: { id: { S: "1" } } }],
      ["sqs:SendMessage", { QueueUrl: "http://localhost:4566/0/q", MessageBody: '{"a":1}' }],
      ["publish", { body: '{"b":2}', attributes: {}, subject: "s" }],
      ["events:PutEvents", { Entries: [{ Source: "x", DetailType: "y", Detail: '{"c":"1"}' }] }],
    ]);
    expect(new Set(context.recorded.map(({ principal }) => JSON.stringify(principal)))).toEqual(
      new Set([JSON.stringify(PRINCIPAL)]),
    );
  });

  it("fail as EventBridge.FailedEntry when the bus takes not every entry", async () => {
    const { result } = await execute(
      machine("Put", {
        Put: { Type: "Task", Resource: "arn:aws:states:::events:putEvents", Parameters: { Entries: [] }, End: true },
      }),
      { callAction: async () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: "ThrottlingException" }] }) },
    );
    expect(result).toMatchObject({ status: "FAILED", error: "EventBridge.FailedEntry" });
  });
});
