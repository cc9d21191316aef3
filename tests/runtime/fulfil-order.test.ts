import { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSRecord } from "aws-lambda";
import { awsAt, type StubAnswer, stubService } from "pulumi-local-host/testing/stub-service";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { fulfilOrderHandler, fulfilOrderWorker } from "../../runtime/fulfilment/fulfil-order-handler";
import type {
  FulfilmentInput,
  FulfilmentOutcome,
  FulfilmentWorkflow,
} from "../../runtime/fulfilment/fulfilment-workflow";
import { stepFunctionsWorkflow } from "../../runtime/fulfilment/step-functions-workflow";
import { queueHandler } from "../../runtime/lambda/queue-handler";
import { orderEventOf } from "../../runtime/orders/order-event";
import { freshOrderId } from "../../runtime/orders/order-id";
import { anOrder, orderId } from "./an-order";
import { lambdaContext } from "./api-event";
import { captureLog, messageFields } from "./captured-log";
import { busEvent, queueEvent, queueRecord } from "./queue-event";

const log = captureLog();
const placed = orderEventOf(anOrder());
const second = orderEventOf(anOrder({ order_id: freshOrderId() }));
const { order, trace } = placed.detail;

const recording = (
  outcome: (name: string) => FulfilmentOutcome | Promise<FulfilmentOutcome> = () => ({ kind: "succeeded" }),
) => {
  const runs: { name: string; input: FulfilmentInput }[] = [];
  const workflow: FulfilmentWorkflow = {
    run: async (name, input) => {
      runs.push({ name, input });
      return outcome(name);
    },
  };
  return { workflow, runs };
};
const fulfil = (workflow: FulfilmentWorkflow, ...records: readonly SQSRecord[]) =>
  queueHandler({ environment: z.object({}), build: () => fulfilOrderWorker({ workflow }) })(
    queueEvent(...records),
    lambdaContext,
  );

describe("fulfilling the orders of a batch", () => {
  it("runs a workflow for each, named after the event, with the order and its trace", async () => {
    const { workflow, runs } = recording();
    expect(await fulfil(workflow, queueRecord("m-1", busEvent(placed)))).toEqual({ batchItemFailures: [] });
    expect(runs).toEqual([{ name: `${orderId}-v1`, input: { order, trace } }]);
    expect(log.lines()).toEqual([
      expect.objectContaining({
        level: "info",
        message: "order fulfilled",
        order_id: orderId,
        correlation_id: "request-1",
      }),
    ]);
  });

  it("fails only the message whose execution failed", async () => {
    const { workflow } = recording((name) =>
      name.startsWith(orderId) ? { kind: "failed", error: "ServiceUnavailable" } : { kind: "succeeded" },
    );
    const result = await fulfil(workflow, queueRecord("m-1", busEvent(placed)), queueRecord("m-2", busEvent(second)));
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
    expect(log.lines()).toContainEqual(
      expect.objectContaining({
        level: "error",
        order_id: orderId,
        error: "ServiceUnavailable",
        message: "order not fulfilled",
      }),
    );
    expect(log.counted("WorkFailed", { Step: "fulfil-order" })).toEqual([1]);
  });

  it("fails only the message whose execution could not be started", async () => {
    const { workflow } = recording((name) =>
      name.startsWith(orderId) ? Promise.reject(new Error("throttled")) : { kind: "succeeded" },
    );
    const result = await fulfil(workflow, queueRecord("m-1", busEvent(placed)), queueRecord("m-2", busEvent(second)));
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
    expect(log.lines()).toContainEqual(expect.objectContaining({ order_id: orderId, error: "Error: throttled" }));
  });

  it.each([
    ["is not JSON", "{", "wrong at /"],
    ["is another event", busEvent({ ...placed, type: "OrderPaid" }), "wrong at /detail-type"],
    [
      "has an order without lines",
      busEvent({ ...placed, detail: { ...placed.detail, order: { ...order, items: [] } } }),
      "wrong at /detail/order/items",
    ],
  ])("fails a message that %s alone, with one line saying why", async (_, body, where) => {
    const { workflow, runs } = recording();
    const result = await fulfil(workflow, queueRecord("m-1", body), queueRecord("m-2", busEvent(second)));
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
    expect(runs).toHaveLength(1);
    expect(log.lines().filter((line) => JSON.stringify(line).includes('"error"'))).toEqual([
      {
        level: "error",
        timestamp: expect.any(String),
        ...messageFields,
        message_id: "m-1",
        reason: `not an OrderPlaced event: ${where}`,
        message: "message failed",
      },
    ]);
    expect(log.text()).not.toMatch(/ada|Widget/);
  });

  it("reads an event that has grown fields it does not know", async () => {
    const { workflow, runs } = recording();
    const grown = { ...busEvent(placed), detail: { ...placed.detail, channel: "web" } };
    await fulfil(workflow, queueRecord("m-1", grown));
    expect(runs).toHaveLength(1);
  });

  it("needs the workflow's ARN", () => {
    expect(Object.keys(fulfilOrderHandler.environment.shape)).toEqual(["FULFILMENT_WORKFLOW_ARN"]);
  });
});

describe("the workflow on Step Functions", () => {
  const arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders-fulfilment";
  const run = async (answer: StubAnswer) => {
    await using states = await stubService(() => answer);
    const client = new SFNClient({ ...awsAt(states.url), disableHostPrefix: true });
    const outcome = await stepFunctionsWorkflow(client, arn).run("execution-1", { order, trace });
    return { outcome, requests: states.requests };
  };

  it("starts a synchronous execution with the order as its input", async () => {
    const { outcome, requests } = await run({ status: 200, json: { status: "SUCCEEDED", output: "{}" } });
    expect(outcome).toEqual({ kind: "succeeded" });
    expect(requests[0]?.headers["x-amz-target"]).toBe("AWSStepFunctions.StartSyncExecution");
    expect(requests[0]?.json).toEqual({
      stateMachineArn: arn,
      name: "execution-1",
      input: JSON.stringify({ order, trace }),
    });
  });

  it.each([
    [{ status: "FAILED", error: "ServiceUnavailable" }, "ServiceUnavailable"],
    [{ status: "FAILED" }, "FAILED"],
    [{ status: "TIMED_OUT" }, "TIMED_OUT"],
    [{}, "the execution's end was not reported"],
  ])("takes %j for a failure", async (json, error) => {
    expect((await run({ status: 200, json })).outcome).toEqual({ kind: "failed", error });
  });
});
