import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { type ApiShape, apiNodes, type StartedApi, startApi } from "./http-api-fixture";

let started: StartedApi | undefined;

afterEach(async () => {
  await started?.host.stop();
  started = undefined;
});

async function api(shape?: ApiShape): Promise<StartedApi> {
  started = await startApi(apiNodes(shape));
  return started;
}

const returns = (value: unknown) => async () => ({ payload: JSON.stringify(value) });

describe("the response a client gets", () => {
  it("is the one the function shaped", async () => {
    const { recording, url } = await api();
    recording.respond = returns({
      statusCode: 201,
      headers: {
        "Content-Type": "application/problem+json",
        Location: "/photos/1",
        "X-Count": 3,
        "Content-Length": "999",
      },
      cookies: ["a=1; Path=/", "b=2"],
      body: "{}",
    });
    const answer = await fetch(`${url}/greeting`);
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe("{}");
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/problem+json",
      "content-length": "2",
      location: "/photos/1",
      "x-count": "3",
    });
    expect(answer.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
  });

  it("is decoded when the function says that its body is base64", async () => {
    const { recording, url } = await api();
    recording.respond = returns({ statusCode: 200, body: "AP8B", isBase64Encoded: true });
    const answer = await fetch(`${url}/greeting`);
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255, 1]);
  });

  it.each([
    ["an object", { photo: 1 }, '{"photo":1}'],
    ["a string", "hello", "hello"],
    ["a list", [1, 2], "[1,2]"],
    ["nothing", null, "null"],
  ])("is a 200 of JSON when the function returns %s without a status", async (_, value, body) => {
    const { recording, url } = await api();
    recording.respond = returns(value);
    const answer = await fetch(`${url}/greeting`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.text()).toBe(body);
  });

  it("is plain text when the function gives a status and no content type", async () => {
    const { recording, url } = await api();
    recording.respond = returns({ statusCode: 200, body: "hello" });
    const answer = await fetch(`${url}/greeting`);
    expect(answer.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
  });
});

describe("an integration that fails", () => {
  const failures: readonly [string, StartedApi["recording"]["respond"], number, string][] = [
    [
      "the function threw",
      async () => ({ payload: '{"errorMessage":"boom"}', functionError: "Unhandled" }),
      500,
      "Internal Server Error",
    ],
    ["the function's status is not a number", returns({ statusCode: "fine" }), 500, "Internal Server Error"],
    ["the function's body is an object", returns({ statusCode: 200, body: {} }), 500, "Internal Server Error"],
    [
      "the function's header cannot be sent",
      returns({ statusCode: 200, headers: { location: "a\nb" } }),
      500,
      "Internal Server Error",
    ],
    [
      "the function's cookie cannot be sent",
      returns({ statusCode: 200, cookies: ["a\nb"] }),
      500,
      "Internal Server Error",
    ],
    ["the function's status is not a final one", returns({ statusCode: 100 }), 500, "Internal Server Error"],
    ["the payload is not JSON", async () => ({ payload: "{" }), 500, "Internal Server Error"],
    [
      "the invocation is denied",
      () => Promise.reject(new AwsError("AccessDeniedException", "no", 403)),
      500,
      "Internal Server Error",
    ],
    [
      "the function is throttled",
      () => Promise.reject(new AwsError("TooManyRequestsException", "slow", 429)),
      503,
      "Service Unavailable",
    ],
    [
      "the event is too large for a function",
      () => Promise.reject(new AwsError("RequestTooLargeException", "big", 413)),
      413,
      "Request Entity Too Large",
    ],
    ["the host itself fails", () => Promise.reject(new Error("a bug")), 500, "Internal Server Error"],
  ];

  it.each(failures)("answers when %s, without a word of the cause", async (_, respond, status, message) => {
    const { recording, url } = await api();
    recording.respond = respond;
    const answer = await fetch(`${url}/greeting`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.text()).toBe(JSON.stringify({ message }));
  });

  it("answers 503 once the integration's time is over", async () => {
    const { recording, url } = await api({ integration: { timeoutMilliseconds: 50 } });
    let finish: (result: { payload: string }) => void = () => undefined;
    recording.respond = () => new Promise((settle) => (finish = settle));
    const answer = await fetch(`${url}/greeting`);
    finish({ payload: "{}" });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe('{"message":"Service Unavailable"}');
  });

  it("refuses a body over 10 MB and takes one of just that size", async () => {
    const { recording, url } = await api({ routes: { "POST /files": {} } });
    const post = (bytes: number) => fetch(`${url}/files`, { method: "POST", body: Buffer.alloc(bytes) });
    const tooLarge = await post(10 * 1024 * 1024 + 1);
    expect(tooLarge.status).toBe(413);
    expect(recording.invocations).toEqual([]);
    expect((await post(10 * 1024 * 1024)).status).toBe(200);
  });

  it("neither invokes, logs nor counts for a client that goes away while it sends", async () => {
    const { context, recording, url } = await api({ routes: { "POST /files": {} } });
    const seen: unknown[] = [];
    context.events.subscribe((event) => seen.push(event));
    const sent = request(`${url}/files`, { method: "POST", headers: { "content-length": "100" } });
    const gone = new Promise((settle) => sent.on("error", settle));
    sent.write("half of it", () => sent.destroy(new Error("gone")));
    await gone;
    // What comes after it on another connection is answered as ever.
    expect((await fetch(`${url}/files`, { method: "POST" })).status).toBe(200);
    await started?.host.stop();
    expect(recording.invocations).toHaveLength(1);
    expect(seen).toMatchObject([{ what: "answered", detail: { status: 200 } }]);
  });

  it("refuses a body over 10 MB whose length was not announced", async () => {
    const { recording, url } = await api({ routes: { "POST /files": {} } });
    const status = await new Promise<number | undefined>((settle) => {
      const sent = request(`${url}/files`, { method: "POST" }, (answer) => settle(answer.resume().statusCode));
      // The rest of the body is not taken.
      sent.on("error", () => undefined);
      for (let megabyte = 0; megabyte < 11; megabyte += 1) sent.write(Buffer.alloc(1024 * 1024));
      sent.end();
    });
    expect(status).toBe(413);
    expect(recording.invocations).toEqual([]);
  });
});
