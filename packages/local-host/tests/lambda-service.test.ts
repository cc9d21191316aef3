import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import type { LambdaHost } from "../src/services/lambda/lambda-host";
import { functionArn, json, LambdaFixture, until } from "./lambda-fixture";

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture();
  fixture.function("echo", "exports.handler = async (event) => { console.log('seen'); return event }");
});
afterEach(() => fixture.dispose());

const call = async (
  host: LambdaHost,
  action: string,
  path: string,
  body = "",
  headers: Readonly<Record<string, string>> = {},
) => {
  const answer = await host.service.handle({
    service: "lambda",
    action,
    principal: { kind: "developer" },
    method: "POST",
    url: `/2015-03-31/${path}`,
    headers,
    body: Buffer.from(body),
  });
  return { ...answer, text: String(answer.body) };
};

describe("the Lambda API", () => {
  it("invokes by name and by ARN, with the log's tail when asked", async () => {
    const host = await fixture.start();
    const byName = await call(host, "Invoke", "functions/echo/invocations", '{"n":1}');
    expect(byName).toMatchObject({ status: 200, text: '{"n":1}' });
    expect(byName.headers).not.toHaveProperty("x-amz-log-result");
    const arn = encodeURIComponent(functionArn("echo"));
    const byArn = await call(host, "Invoke", `functions/${arn}/invocations`, "{}", { "x-amz-log-type": "Tail" });
    const tail = Buffer.from(byArn.headers["x-amz-log-result"] ?? "", "base64").toString();
    expect(tail).toMatch(/^START RequestId: .*\n.*\tINFO\tseen\nEND RequestId: .*\nREPORT /);
  });

  it("says that the function failed in X-Amz-Function-Error, with status 200", async () => {
    fixture.function("fails", "exports.handler = async () => { throw new RangeError('far') }");
    const answer = await call(await fixture.start(), "Invoke", "functions/fails/invocations", "{}");
    expect(answer.status).toBe(200);
    expect(answer.headers["x-amz-function-error"]).toBe("Unhandled");
    expect(JSON.parse(answer.text)).toMatchObject({ errorType: "RangeError" });
  });

  it("accepts an event with 202 and runs it later", async () => {
    const answer = await call(await fixture.start(), "Invoke", "functions/echo/invocations", "{}", {
      "x-amz-invocation-type": "Event",
    });
    expect(answer).toMatchObject({ status: 202, text: "" });
    await until(() => fixture.happened.some(({ what }) => what === "invoked"), "the event is invoked");
  });

  it("answers a throttle with 429 and its reason", async () => {
    fixture.function("off", "", { reservedConcurrentExecutions: 0 });
    const answer = await call(await fixture.start(), "Invoke", "functions/off/invocations", "{}");
    expect(answer.status).toBe(429);
    expect(answer.headers["x-amzn-errortype"]).toBe("TooManyRequestsException");
    expect(JSON.parse(answer.text)).toEqual({
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      Type: "User",
      message: "Rate Exceeded.",
    });
  });

  it("refuses what is not JSON, what is too large, and what is not there", async () => {
    const host = await fixture.start();
    const path = "functions/echo/invocations";
    await expect(call(host, "Invoke", path, "{")).rejects.toMatchObject({ name: "InvalidRequestContentException" });
    await expect(call(host, "Invoke", path, `"${"x".repeat(6_291_455)}"`)).rejects.toMatchObject({
      name: "RequestTooLargeException",
      status: 413,
      message: "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
    });
    await expect(call(host, "Invoke", "functions/none/invocations", "{}")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      status: 404,
      message: `Function not found: ${functionArn("none")}`,
    });
  });

  it("asks the access control with the function's ARN before it invokes", async () => {
    const asked: string[] = [];
    fixture.access = {
      ...allowEverything,
      check: ({ action, resourceArn, principal }) => {
        if (action.startsWith("logs:")) return;
        asked.push(`${principal.kind} ${action} ${resourceArn}`);
        throw new AwsError("AccessDeniedException", "not allowed", 403);
      },
    };
    const host = await fixture.start();
    const topic = { kind: "service", service: "sns.amazonaws.com", sourceArn: "arn:aws:sns:::t" } as const;
    await expect(call(host, "Invoke", "functions/echo/invocations", "{}")).rejects.toThrow("not allowed");
    await expect(host.calls.invokeFunction(topic, functionArn("echo"), {})).rejects.toThrow("not allowed");
    await expect(host.calls.invokeFunctionAsync(topic, functionArn("echo"), {})).rejects.toThrow("not allowed");
    expect(asked).toEqual([
      `developer lambda:InvokeFunction ${functionArn("echo")}`,
      `service lambda:InvokeFunction ${functionArn("echo")}`,
      `service lambda:InvokeFunction ${functionArn("echo")}`,
    ]);
    expect(host.functionAt("echo").environments).toBe(0);
  });

  it("lists functions and mappings", async () => {
    const queue = "arn:aws:sqs:us-east-1:000000000000:q";
    fixture.resource("aws:lambda/eventSourceMapping:EventSourceMapping", "m", "uuid-1", {
      eventSourceArn: queue,
      functionName: functionArn("echo"),
    });
    const host = await fixture.start();
    const functions = json((await call(host, "ListFunctions", "functions/")).text);
    expect(functions["Functions"]).toMatchObject([{ FunctionName: "echo", Timeout: 3, MemorySize: 128 }]);
    const mappings = await call(host, "ListEventSourceMappings", `event-source-mappings/?EventSourceArn=${queue}`);
    expect(JSON.parse(mappings.text)).toMatchObject({
      EventSourceMappings: [{ UUID: "uuid-1", FunctionArn: functionArn("echo"), State: "Enabled" }],
    });
  });
});
