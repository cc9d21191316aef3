import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type ApiShape, accountId, apiNodes, functionArn, region, type StartedApi, startApi } from "./http-api-fixture";

let started: StartedApi | undefined;

afterEach(async () => {
  await started?.host.stop();
  started = undefined;
});

async function api(shape?: ApiShape): Promise<StartedApi> {
  started = await startApi(apiNodes(shape));
  return started;
}

describe("the event a function gets", () => {
  it("is payload format 2.0, exactly", async () => {
    const { recording, url } = await api({
      routes: { "POST /shops/{shop}/photos": {} },
      stage: { stageVariables: { colour: "blue" } },
    });
    const headers = {
      "content-type": "application/json",
      "User-Agent": "tester/1",
      "X-Forwarded-For": "10.0.0.9",
      "X-Amzn-Trace-Id": "Root=1-abc",
      cookie: "a=1; b=2",
      accept: "*/*",
    };
    const answer = await fetch(`${url}/shops/caf%C3%A9/photos?q=a&q=b%20c&flag`, {
      method: "POST",
      headers,
      body: '{"item":"tea"}',
    });
    const [invocation] = recording.invocations;
    const { requestContext, ...event } = invocation?.event ?? {};
    expect(event).toEqual({
      version: "2.0",
      routeKey: "POST /shops/{shop}/photos",
      rawPath: "/shops/café/photos",
      rawQueryString: "q=a&q=b%20c&flag",
      cookies: ["a=1", "b=2"],
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip, deflate",
        "accept-language": "*",
        "content-length": "14",
        "content-type": "application/json",
        host: new URL(url).host,
        "sec-fetch-mode": "cors",
        "user-agent": "tester/1",
        "x-amzn-trace-id": "Root=1-abc",
        "x-forwarded-for": "10.0.0.9, 127.0.0.1",
        "x-forwarded-port": new URL(url).port,
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { q: "a,b c", flag: "" },
      pathParameters: { shop: "café" },
      stageVariables: { colour: "blue" },
      body: '{"item":"tea"}',
      isBase64Encoded: false,
    });
    expect(requestContext).toEqual({
      accountId,
      apiId: "a1b2c3d4e5",
      domainName: new URL(url).host,
      domainPrefix: "127",
      http: {
        method: "POST",
        path: "/shops/café/photos",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "tester/1",
      },
      requestId: answer.headers.get("apigw-requestid"),
      routeKey: "POST /shops/{shop}/photos",
      stage: "$default",
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    });
  });

  it("leaves out what a request does not have", async () => {
    const { recording, url } = await api();
    await fetch(`${url}/greeting`);
    const event = recording.invocations[0]?.event ?? {};
    expect(Object.keys(event).sort()).toEqual([
      "headers",
      "isBase64Encoded",
      "rawPath",
      "rawQueryString",
      "requestContext",
      "routeKey",
      "version",
    ]);
    expect(event["requestContext"]).not.toHaveProperty("authorizer");
  });

  it("carries a body that is not text in base64", async () => {
    const { recording, url } = await api({ routes: { "POST /files": {} } });
    const headers = { "content-type": "application/octet-stream" };
    await fetch(`${url}/files`, { method: "POST", headers, body: Buffer.from([0, 255, 1]) });
    expect(recording.invocations[0]?.event).toMatchObject({ body: "AP8B", isBase64Encoded: true });
  });

  it.each([
    // As measured on AWS: everything but text, JSON, XML and JavaScript is in base64, what declares no type too.
    [undefined, true],
    ["", true],
    ["application/x-www-form-urlencoded", true],
    ["application/octet-stream", true],
    ["image/png", true],
    ["text/csv", false],
    ["application/json", false],
    ["application/problem+json; charset=utf-8", false],
    ["application/xml", false],
    ["application/javascript", false],
  ])("has a body of type %s in base64: %j", async (type, isBase64Encoded) => {
    const { recording, url } = await api({ routes: { "POST /files": {} } });
    await new Promise<void>((settle, refuse) => {
      const headers = type === undefined ? {} : { "content-type": type };
      const sent = request(`${url}/files`, { method: "POST", headers }, (answer) => answer.resume().on("end", settle));
      sent.on("error", refuse).end("hello");
    });
    const body = isBase64Encoded ? Buffer.from("hello").toString("base64") : "hello";
    expect(recording.invocations[0]?.event).toMatchObject({ body, isBase64Encoded });
  });

  it("has repeated headers joined with a comma", async () => {
    const { recording, url } = await api();
    await new Promise<void>((settle, refuse) => {
      const sent = request(`${url}/greeting`, { headers: { "x-tag": ["one", "two"] } }, (answer) => {
        answer.resume().on("end", settle);
      });
      sent.on("error", refuse).end();
    });
    expect(recording.invocations[0]?.event["headers"]).toMatchObject({ "x-tag": "one,two" });
  });

  it("comes from the API as its service, with the route it took as the source", async () => {
    const { recording, url } = await api({ routes: { "GET /photos/{id}": {}, $default: {} } });
    await fetch(`${url}/photos/7`);
    await fetch(`${url}/elsewhere`);
    const source = `arn:aws:execute-api:${region}:${accountId}:a1b2c3d4e5/$default`;
    expect(recording.invocations.map(({ principal, functionArn: arn }) => ({ principal, arn }))).toEqual([
      {
        principal: { kind: "service", service: "apigateway.amazonaws.com", sourceArn: `${source}/GET/photos/{id}` },
        arn: functionArn,
      },
      {
        principal: { kind: "service", service: "apigateway.amazonaws.com", sourceArn: `${source}/$default` },
        arn: functionArn,
      },
    ]);
  });
});
