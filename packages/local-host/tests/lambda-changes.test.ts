import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { lambdaAction } from "../src/services/lambda/lambda-action";
import type { LambdaHost } from "../src/services/lambda/lambda-host";
import { json, LambdaFixture } from "./lambda-fixture";

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture();
  fixture.function(
    "greets",
    "const at = process.env.GREETING.length; exports.handler = async () => process.env.GREETING",
    {
      environment: { variables: { GREETING: "hello" } },
    },
  );
});
afterEach(() => fixture.dispose());

const call = async (host: LambdaHost, method: string, url: string, body?: object) => {
  const answer = await host.service.handle({
    service: "lambda",
    action: lambdaAction(method, url),
    principal: { kind: "developer" },
    method,
    url,
    headers: {},
    body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
  });
  return { ...answer, text: String(answer.body) };
};

const invoke = (host: LambdaHost) => call(host, "POST", "/2015-03-31/functions/greets/invocations", {});
const configure = (host: LambdaHost, change: object) =>
  call(host, "PUT", "/2015-03-31/functions/greets/configuration", change);
const reserve = (host: LambdaHost, ReservedConcurrentExecutions: number) =>
  call(host, "PUT", "/2017-10-31/functions/greets/concurrency", { ReservedConcurrentExecutions });

describe("a running function", () => {
  it("has the variables that it is given from the next event on, and no other", async () => {
    const host = await fixture.start();
    expect((await invoke(host)).text).toBe('"hello"');
    const answer = await configure(host, { Environment: { Variables: { GREETING: "good day" } }, Timeout: 5 });
    expect(json(answer.text)).toMatchObject({ Environment: { Variables: { GREETING: "good day" } }, Timeout: 5 });
    expect((await invoke(host)).text).toBe('"good day"');
    expect(host.functionAt("greets").environments).toBe(1);
  });

  it("that does not start any more fails, until it is configured as before", async () => {
    const host = await fixture.start();
    await invoke(host);
    await configure(host, { Environment: { Variables: {} } });
    const failed = await invoke(host);
    expect(failed.headers["x-amz-function-error"]).toBe("Unhandled");
    expect(json(failed.text)).toMatchObject({ errorType: "TypeError" });
    expect(fixture.valuesOf("Errors")).toEqual([0, 1]);
    await configure(host, { Environment: { Variables: { GREETING: "hello" } } });
    expect((await invoke(host)).text).toBe('"hello"');
  });

  it("finishes what it is at with the variables that it began with", async () => {
    fixture.function(
      "slow",
      "exports.handler = async () => { await new Promise((r) => setTimeout(r, 100)); return process.env.GREETING }",
      { environment: { variables: { GREETING: "hello" } } },
    );
    const host = await fixture.start();
    const target = host.functionAt("slow");
    await target.warm();
    const begun = target.invoke("{}");
    target.configure({ environment: { GREETING: "good day" } });
    expect((await begun).payload).toBe('"hello"');
    expect((await target.invoke("{}")).payload).toBe('"good day"');
  });

  it("refuses every event while no concurrency is left to it", async () => {
    const host = await fixture.start();
    expect(json((await reserve(host, 0)).text)).toEqual({ ReservedConcurrentExecutions: 0 });
    expect(await invoke(host)).toMatchObject({ status: 429 });
    expect(json((await call(host, "GET", "/2019-09-30/functions/greets/concurrency")).text)).toEqual({
      ReservedConcurrentExecutions: 0,
    });
    expect((await call(host, "DELETE", "/2017-10-31/functions/greets/concurrency")).status).toBe(204);
    expect((await invoke(host)).status).toBe(200);
    expect((await call(host, "GET", "/2019-09-30/functions/greets/concurrency")).text).toBe("{}");
    expect(fixture.valuesOf("Throttles")).toEqual([1, 0]);
  });

  it.each([
    [{ Handler: "other.handler" }, /Handler/],
    [{ Timeout: 901 }, /Timeout/],
    [{ Environment: { Variables: { AWS_REGION: "eu-west-1" } } }, /AWS_REGION is Lambda's own/],
  ])("is not changed by %j", async (change, why) => {
    const host = await fixture.start();
    await expect(configure(host, change)).rejects.toThrow(why);
    await expect(configure(host, change)).rejects.toBeInstanceOf(AwsError);
    expect((await invoke(host)).text).toBe('"hello"');
  });
});
