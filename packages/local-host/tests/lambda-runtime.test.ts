import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { functionArn, json, LambdaFixture } from "./lambda-fixture";

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture();
});
afterEach(() => fixture.dispose());

const invoke = async (name: string, payload: unknown = {}) => {
  const host = await fixture.start();
  const invocation = await host.functionAt(name).invoke(JSON.stringify(payload));
  return { ...invocation, result: json(invocation.payload) };
};

describe("the runtime of a function", () => {
  it("hands the event to the handler and its answer to the caller", async () => {
    fixture.function("echo", "exports.handler = async (event) => ({ got: event })");
    const { result, functionError } = await invoke("echo", { photo: "ä1" });
    expect(result).toEqual({ got: { photo: "ä1" } });
    expect(functionError).toBeUndefined();
  });

  it("answers null when the handler returns nothing", async () => {
    fixture.function("silent", "exports.handler = async () => {}");
    expect((await invoke("silent")).payload).toBe("null");
  });

  it("gives the handler AWS's context", async () => {
    fixture.function(
      "context",
      `exports.handler = async (event, context) => ({ ...context, remaining: context.getRemainingTimeInMillis() })`,
      { timeout: 7, memorySize: 256 },
    );
    const { result, requestId } = await invoke("context");
    expect(result).toEqual({
      callbackWaitsForEmptyEventLoop: true,
      functionName: "context",
      functionVersion: "$LATEST",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/context",
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      awsRequestId: requestId,
      invokedFunctionArn: functionArn("context"),
      remaining: expect.toSatisfy((left: number) => left > 6000 && left <= 7000),
    });
  });

  it("has the declared environment and Lambda's own variables, and nothing of the host's", async () => {
    process.env["HOST_SECRET"] = "not for functions";
    fixture.function("environment", "exports.handler = async () => process.env", {
      environment: { variables: { PHOTOS_TABLE: "photos" } },
    });
    const { result } = await invoke("environment");
    expect(Object.keys(result).sort()).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
      "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_INITIALIZATION_TYPE",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_LAMBDA_RUNTIME_API",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "AWS_XRAY_CONTEXT_MISSING",
      "AWS_XRAY_DAEMON_ADDRESS",
      "LAMBDA_RUNTIME_DIR",
      "LAMBDA_TASK_ROOT",
      "LANG",
      "PATH",
      "PHOTOS_TABLE",
      "TZ",
      "_HANDLER",
      "_X_AMZN_TRACE_ID",
    ]);
    expect(result).toMatchObject({
      AWS_ACCESS_KEY_ID: "key of environment",
      AWS_SESSION_TOKEN: "arn:aws:iam::000000000000:role/environment",
      AWS_ENDPOINT_URL: "http://localhost:4566",
      PHOTOS_TABLE: "photos",
    });
  });

  it("refuses a declared variable that is Lambda's own", async () => {
    fixture.function("reserved", "", { environment: { variables: { AWS_REGION: "eu-west-1" } } });
    await expect(fixture.start()).rejects.toThrow(
      "urn:pulumi:dev::test::aws:lambda/function:Function::reserved: environment variable AWS_REGION is Lambda's own",
    );
  });

  it("keeps state between the events of one environment", async () => {
    fixture.function("counter", "let n = 0; exports.handler = async () => ++n");
    const host = await fixture.start();
    const counter = host.functionAt("counter");
    expect([(await counter.invoke("{}")).payload, (await counter.invoke("{}")).payload]).toEqual(["1", "2"]);
    expect(counter.environments).toBe(1);
  });

  it("runs a module in the newer syntax", async () => {
    fixture.function("module", "export const handler = async (event) => event.n + 1", {}, "index.mjs");
    expect((await invoke("module", { n: 1 })).payload).toBe("2");
  });

  it("takes callback handlers on nodejs22.x", async () => {
    fixture.function("callback", "exports.handler = (event, context, done) => setImmediate(done, null, 'called')", {
      runtime: "nodejs22.x",
    });
    expect((await invoke("callback")).payload).toBe('"called"');
  });

  it("refuses callback handlers on nodejs24.x, as AWS does", async () => {
    fixture.function("callback", "exports.handler = (event, context, done) => done(null, 1)");
    const { result, functionError } = await invoke("callback");
    expect(functionError).toBe("Unhandled");
    expect(result["errorType"]).toBe("Runtime.CallbackHandlerDeprecated");
  });

  it("resolves names below localhost without a resolver", async () => {
    fixture.function(
      "names",
      `exports.handler = async () => new Promise((resolve) =>
         require("node:net").connect({ host: "sync-localhost", port: 1 }).on("error", (error) => resolve(error.code + " " + error.address)))`,
    );
    expect((await invoke("names")).payload).toBe('"ECONNREFUSED 127.0.0.1"');
  });

  it("names a property that it does not support, and the resource", async () => {
    fixture.function("layered", "", { layers: ["arn:aws:lambda:us-east-1:1:layer:x:1"] });
    await expect(fixture.start()).rejects.toThrow(/::layered: the property layers/);
  });
});

describe("the log of a function", () => {
  it("has AWS's lines around the function's own, in order", async () => {
    fixture.function(
      "talks",
      "exports.handler = async () => { console.log('two\\nlines'); process.stdout.write('raw\\n') }",
    );
    const { requestId, log } = await invoke("talks");
    expect(log).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      expect.stringMatching(new RegExp(`^\\d{4}-.*Z\\t${requestId}\\tINFO\\ttwo\\rlines$`)),
      "raw",
      `END RequestId: ${requestId}`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${requestId}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: [\\d.]+ ms\\t$`,
        ),
      ),
    ]);
    expect(fixture.log).toEqual(log.map((line) => ({ group: "/aws/lambda/talks", line })));
  });

  it("is JSON when declared so, and leaves out lines below the level", async () => {
    fixture.function(
      "json",
      `exports.handler = async () => {
         console.debug("hidden"); console.info("shown");
         process.stdout.write('{"level":"debug","timestamp":"2026-01-01T00:00:00Z","msg":"hidden too"}\\n');
       }`,
      { loggingConfig: { logFormat: "JSON", logGroup: "photos" } },
    );
    const { requestId } = await invoke("json");
    expect(fixture.log.map(({ group }) => group)).toEqual(["photos", "photos", "photos"]);
    const [start, own, report] = fixture.log.map(({ line }) => json(line));
    expect(start).toMatchObject({ type: "platform.start", record: { requestId, version: "$LATEST" } });
    expect(own).toMatchObject({ level: "INFO", requestId, message: "shown" });
    expect(report).toMatchObject({ type: "platform.report", record: { requestId, status: "success" } });
  });

  it("is lost, with a warning, when the function's role may not write it", async () => {
    fixture.function("mute", "exports.handler = async () => console.log('unheard')");
    fixture.access = {
      ...allowEverything,
      check: ({ action, resourceArn }) => {
        if (action === "logs:PutLogEvents") throw new Error(`no ${resourceArn}`);
      },
    };
    await invoke("mute");
    expect(fixture.log).toEqual([]);
    expect(fixture.happened.filter(({ what }) => what === "may not log")).toMatchObject([{ resource: "mute" }]);
  });
});
