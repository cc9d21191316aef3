import { afterEach, describe, expect, it } from "vitest";
import type { HostEvent } from "../src/kernel/host-events";
import { TokenBucket } from "../src/services/api-gateway/token-bucket";
import { type ApiShape, accountId, apiNodes, region, type StartedApi, startApi } from "./http-api-fixture";

let started: StartedApi | undefined;

afterEach(async () => {
  await started?.host.stop();
  started = undefined;
});

async function api(shape?: ApiShape): Promise<StartedApi> {
  started = await startApi(apiNodes(shape));
  return started;
}

describe("throttling", () => {
  const limits = (throttlingBurstLimit: number) => ({ throttlingBurstLimit, throttlingRateLimit: 0.001 });

  it("answers 429 once a route's burst is spent, without invoking its function", async () => {
    const { recording, url } = await api({ stage: { defaultRouteSettings: limits(2) } });
    const answers = [await fetch(`${url}/greeting`), await fetch(`${url}/greeting`), await fetch(`${url}/greeting`)];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 429]);
    expect(await answers[2]?.text()).toBe('{"message":"Too Many Requests"}');
    expect(recording.invocations).toHaveLength(2);
  });

  it("counts each route by itself, with its own settings where it has any", async () => {
    const { url } = await api({
      routes: { "GET /a": {}, "GET /b": {}, "GET /c": {} },
      stage: { defaultRouteSettings: limits(1), routeSettings: [{ routeKey: "GET /b", ...limits(2) }] },
    });
    const statuses: number[] = [];
    for (const path of ["/a", "/a", "/b", "/b", "/b", "/c"]) statuses.push((await fetch(`${url}${path}`)).status);
    expect(statuses).toEqual([200, 429, 200, 200, 429, 200]);
  });

  it("lets as many requests through as the rate gains, never more than the burst", () => {
    let now = 0;
    const bucket = new TokenBucket(10, 2, () => now);
    const taken = (times: number): readonly boolean[] => Array.from({ length: times }, () => bucket.take());
    expect(taken(3)).toEqual([true, true, false]);
    now += 99;
    expect(taken(1)).toEqual([false]);
    now += 1;
    expect(taken(2)).toEqual([true, false]);
    now += 60_000;
    expect(taken(3)).toEqual([true, true, false]);
  });
});

describe("the access log", () => {
  const destinationArn = `arn:aws:logs:${region}:${accountId}:log-group:/aws/http-api/shop:*`;
  const logged = (format: string): ApiShape => ({ stage: { accessLogSettings: { destinationArn, format } } });

  it("has a line per request in the declared format, with - for what there is not", async () => {
    const format =
      '{"id":"$context.requestId","route":"$context.routeKey","status":$context.status,"length":$context.responseLength,' +
      '"error":$context.error.messageString,"integration":"$context.integrationErrorMessage","sub":"$context.authorizer.claims.sub",' +
      '"agent":"$context.identity.userAgent","method":"$context.httpMethod","path":"$context.path","lambda":"$context.integrationStatus"}';
    const { recording, url } = await api(logged(format));
    recording.respond = async () => ({ payload: '{"errorMessage":"bo\\"om"}', functionError: "Unhandled" });
    const answer = await fetch(`${url}/greeting`, { headers: { "user-agent": 'te"st' } });
    expect(recording.logs.map((log) => log.group)).toEqual(["/aws/http-api/shop"]);
    expect(JSON.parse(recording.logs[0]?.line ?? "")).toEqual({
      id: answer.headers.get("apigw-requestid"),
      route: "GET /greeting",
      status: 500,
      length: 35,
      error: "Internal Server Error",
      integration:
        'The Lambda function returned the following error: {"errorMessage":"bo\\"om"}. Check your Lambda function code and try again.',
      sub: "-",
      agent: 'te"st',
      method: "GET",
      path: "/greeting",
      lambda: "200",
    });
  });

  it("has a line for a request that found no route", async () => {
    const { recording, url } = await api(
      logged("$context.httpMethod $context.path $context.routeKey $context.status $context.error.message"),
    );
    await fetch(`${url}/nowhere`);
    expect(recording.logs.map((log) => log.line)).toEqual(["GET /nowhere - 404 Not Found"]);
  });

  it("is refused at the start when its format names a variable that does not exist", async () => {
    await expect(api(logged("$context.statuses"))).rejects.toThrow(
      /a1b2c3d4e5-stage: property accessLogSettings.format names \$context.statuses/,
    );
  });
});

describe("metrics", () => {
  const valuesOf = ({ recording }: StartedApi, name: string) =>
    recording.metrics
      .filter((metric) => metric.name === name)
      .map(({ dimensions, value }) => ({ ...dimensions, value }));

  it("are counted per API and per stage, errors with 0 and 1", async () => {
    const it = await api();
    await fetch(`${it.url}/greeting`);
    await fetch(`${it.url}/nowhere`);
    const dimensions = [{ ApiId: "a1b2c3d4e5" }, { ApiId: "a1b2c3d4e5", Stage: "$default" }];
    const both = (values: readonly number[]) => values.flatMap((value) => dimensions.map((it) => ({ ...it, value })));
    expect(valuesOf(it, "Count")).toEqual(both([1, 1]));
    expect(valuesOf(it, "4xx")).toEqual(both([0, 1]));
    expect(valuesOf(it, "5xx")).toEqual(both([0, 0]));
    expect(valuesOf(it, "Latency")).toHaveLength(4);
    // A request that reaches no integration has no such latency.
    expect(valuesOf(it, "IntegrationLatency")).toHaveLength(2);
  });

  it("are counted per route too where the stage asks for it", async () => {
    const it = await api({
      stage: {
        defaultRouteSettings: { detailedMetricsEnabled: true, throttlingBurstLimit: 10, throttlingRateLimit: 10 },
      },
    });
    await fetch(`${it.url}/greeting`);
    expect(valuesOf(it, "Count")[2]).toEqual({
      ApiId: "a1b2c3d4e5",
      Stage: "$default",
      Method: "GET",
      Resource: "/greeting",
      value: 1,
    });
  });

  it("come with an event for whoever watches", async () => {
    const { context, recording, url } = await api();
    const seen: HostEvent[] = [];
    context.events.subscribe((event) => seen.push(event));
    recording.respond = async () => ({ payload: "{", functionError: "Unhandled" });
    await fetch(`${url}/greeting`);
    expect(seen).toMatchObject([
      {
        level: "error",
        resource: "shop",
        what: "answered",
        detail: { method: "GET", routeKey: "GET /greeting", status: 500 },
      },
    ]);
  });
});

describe("CORS", () => {
  const corsConfiguration = {
    allowOrigins: ["https://shop.example", "http://*"],
    allowMethods: ["GET", "POST"],
    allowHeaders: ["authorization", "content-type"],
    exposeHeaders: ["location"],
    maxAge: 300,
    allowCredentials: true,
  };
  const preflight = (url: string, origin: string): Promise<Response> =>
    fetch(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET" } });
  const corsHeadersOf = (answer: Response) =>
    Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith("access-control-")));

  it("answers a preflight itself, with a route for it or without", async () => {
    const { recording, url } = await api({ api: { corsConfiguration }, routes: { "ANY /greeting": {} } });
    for (const path of ["/greeting", "/nowhere"]) {
      const answer = await preflight(`${url}${path}`, "https://shop.example");
      expect(answer.status).toBe(204);
      expect(corsHeadersOf(answer)).toEqual({
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "300",
      });
    }
    expect(recording.invocations).toEqual([]);
  });

  it("gives no headers to an origin that is not allowed", async () => {
    const { url } = await api({ api: { corsConfiguration } });
    expect(corsHeadersOf(await preflight(`${url}/greeting`, "https://evil.example"))).toEqual({});
    const answer = await fetch(`${url}/greeting`, { headers: { origin: "https://evil.example" } });
    expect(corsHeadersOf(answer)).toEqual({});
  });

  it("puts its own headers in place of the function's, for a whole scheme too", async () => {
    const { recording, url } = await api({ api: { corsConfiguration } });
    const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "1", "x-kept": "yes" };
    recording.respond = async () => ({ payload: JSON.stringify({ statusCode: 200, headers }) });
    const answer = await fetch(`${url}/greeting`, { headers: { origin: "http://localhost:5173" } });
    expect(answer.headers.get("x-kept")).toBe("yes");
    expect(corsHeadersOf(answer)).toEqual({
      "access-control-allow-origin": "http://localhost:5173",
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "location",
    });
  });

  it("is left to the function when the API does not configure it", async () => {
    const { recording, url } = await api();
    recording.respond = async () => ({
      payload: JSON.stringify({ statusCode: 200, headers: { "Access-Control-Allow-Origin": "*" } }),
    });
    expect(corsHeadersOf(await fetch(`${url}/greeting`))).toEqual({ "access-control-allow-origin": "*" });
    expect((await preflight(`${url}/greeting`, "https://shop.example")).status).toBe(404);
  });
});
