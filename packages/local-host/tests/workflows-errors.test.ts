import { describe, expect, it, vi } from "vitest";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import type { ServiceCalls } from "../src/kernel/endpoint/service-calls";
import { answers, execute, functionError, machine, PAY } from "./workflows-fixture";

const quickRetry = { IntervalSeconds: 1, MaxDelaySeconds: 1, JitterStrategy: "FULL" };

/** Waits between retries are real seconds; time is faked where they are not what is tested. */
const withoutWaiting = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 500 });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
};

describe("errors", () => {
  const caught = (error: string) =>
    machine("Pay", {
      Pay: {
        Type: "Task",
        Resource: PAY,
        Catch: [{ ErrorEquals: [error], ResultPath: "$.error", Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Pass", End: true },
    });

  it("have a function's own error type, and its payload as cause", async () => {
    const { output } = await execute(caught("PaymentDeclined"), {
      invokeFunction: async () => functionError("PaymentDeclined"),
    });
    expect(output).toEqual({
      error: { Error: "PaymentDeclined", Cause: '{"errorType":"PaymentDeclined","errorMessage":"no","trace":[]}' },
    });
  });

  it.each([
    ["Lambda.TooManyRequestsException", new AwsError("TooManyRequestsException", "slow", 429)],
    ["Lambda.ServiceException", new AwsError("ServiceException", "oops", 500)],
    ["Lambda.AWSLambdaException", new AwsError("AccessDeniedException", "not authorized", 403)],
    ["Lambda.SdkClientException", new Error("socket hang up")],
  ])("of the Lambda service are %s", async (error, thrown) => {
    const { output } = await execute(caught(error), { invokeFunction: answers(thrown) });
    expect(output.error.Error).toBe(error);
  });

  it.each([
    ["DynamoDB.ConditionalCheckFailedException", new AwsError("ConditionalCheckFailedException", "no")],
    ["DynamoDB.ProvisionedThroughputExceededException", new AwsError("ProvisionedThroughputExceededException", "no")],
    ["DynamoDB.InternalServerErrorException", new AwsError("InternalServerError", "no", 500)],
    ["DynamoDB.AmazonDynamoDBException", new AwsError("ValidationException", "no")],
  ])("of a DynamoDB task are %s", async (error, thrown) => {
    const { result } = await execute(
      machine("Put", {
        Put: { Type: "Task", Resource: "arn:aws:states:::dynamodb:updateItem", Parameters: {}, End: true },
      }),
      {
        callAction: async () => {
          throw thrown;
        },
      },
    );
    expect(result).toMatchObject({ status: "FAILED", error });
    expect(result.cause).toContain(
      `(Service: AmazonDynamoDBv2; Status Code: ${thrown.status}; Error Code: ${thrown.name};`,
    );
  });

  it("without a catcher fail the execution", async () => {
    const { result, context } = await execute(caught("Other"), {
      invokeFunction: async () => functionError("Declined"),
    });
    expect(result).toMatchObject({ status: "FAILED", error: "Declined" });
    expect(result).not.toHaveProperty("output");
    expect(context.metrics.map(({ name }) => name)).toContain("ExecutionsFailed");
  });

  it("of too large a result are not caught by States.ALL", async () => {
    const { result } = await execute(caught("States.ALL"), { invokeFunction: answers("x".repeat(256 * 1024)) });
    expect(result).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });

  it("of a Fail state are its own", async () => {
    const { result } = await execute(machine("No", { No: { Type: "Fail", Error: "Refused", Cause: "out of stock" } }));
    expect(result).toMatchObject({ status: "FAILED", error: "Refused", cause: "out of stock" });
  });
});

describe("Retry", () => {
  const retrying = (retry: Readonly<Record<string, unknown>>) =>
    machine("Pay", {
      Pay: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: {
          FunctionName: "take-payment",
          Payload: { "try.$": "$$.State.RetryCount", "state.$": "$$.State.Name" },
        },
        Retry: [{ ...quickRetry, ...retry }],
        End: true,
      },
    });

  it("runs the task again and counts the tries in the context object", async () => {
    const failure = new AwsError("TooManyRequestsException", "slow", 429);
    const { result, context } = await withoutWaiting(() =>
      execute(retrying({ ErrorEquals: ["Lambda.TooManyRequestsException"], MaxAttempts: 3 }), {
        invokeFunction: answers(failure, failure, { ok: true }),
      }),
    );
    expect(result.status).toBe("SUCCEEDED");
    expect(context.recorded.map(({ target, value }) => [target, value])).toEqual([
      [PAY, { try: 0, state: "Pay" }],
      [PAY, { try: 1, state: "Pay" }],
      [PAY, { try: 2, state: "Pay" }],
    ]);
  });

  it("gives up after MaxAttempts", async () => {
    const { result, context } = await withoutWaiting(() =>
      execute(retrying({ ErrorEquals: ["States.TaskFailed"], MaxAttempts: 2 }), {
        invokeFunction: answers(new AwsError("ServiceException", "oops", 500)),
      }),
    );
    expect(result).toMatchObject({ status: "FAILED", error: "Lambda.ServiceException" });
    expect(context.recorded).toHaveLength(3);
  });

  it("does not touch an error that it does not name", async () => {
    const { context } = await execute(retrying({ ErrorEquals: ["Lambda.ServiceException"] }), {
      invokeFunction: async () => functionError("Declined"),
    });
    expect(context.recorded).toHaveLength(1);
  });

  it("waits no longer than MaxDelaySeconds, however steep the backoff", async () => {
    // An hour, were it not for the limit.
    await execute(
      retrying({
        ErrorEquals: ["States.ALL"],
        BackoffRate: 100,
        IntervalSeconds: 3_600,
        MaxDelaySeconds: 1,
        MaxAttempts: 1,
      }),
      {
        invokeFunction: answers(new AwsError("ServiceException", "oops", 500), 1),
      },
    );
  });
});

describe("timeouts", () => {
  const never: Partial<ServiceCalls> = { invokeFunction: () => new Promise(() => undefined) };

  it("of a state are States.Timeout and can be caught", async () => {
    const { output } = await execute(
      machine("Pay", {
        Pay: {
          Type: "Task",
          Resource: PAY,
          TimeoutSeconds: 1,
          Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Late" }],
          End: true,
        },
        Late: { Type: "Pass", Result: "late", End: true },
      }),
      never,
    );
    expect(output).toBe("late");
  });

  it("of the machine end the execution as TIMED_OUT, and a task that waited for its retry is not run again", async () => {
    const retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 60, MaxAttempts: 5 }];
    const { result, context } = await execute(
      machine("Pay", { Pay: { Type: "Task", Resource: PAY, Retry: retry, End: true } }, { TimeoutSeconds: 1 }),
      { invokeFunction: async () => functionError("Transient") },
    );
    expect(result).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(context.recorded).toHaveLength(1);
    expect(context.metrics.map(({ name }) => name)).toContain("ExecutionsTimedOut");
  });
});
