import { afterEach, describe, expect, it } from "vitest";
import { apiNodes, type StartedApi, startApi } from "./http-api-fixture";

let started: StartedApi | undefined;

afterEach(async () => {
  await started?.host.stop();
  started = undefined;
});

async function routeKeysOf(routes: readonly string[], requests: readonly string[]): Promise<readonly unknown[]> {
  started = await startApi(apiNodes({ routes: Object.fromEntries(routes.map((key) => [key, {}])) }));
  const taken: unknown[] = [];
  for (const line of requests) {
    const [method = "", path = ""] = line.split(" ");
    const answer = await fetch(`${started.url}${path}`, { method });
    taken.push(answer.status === 404 ? 404 : started.recording.invocations.at(-1)?.event["routeKey"]);
  }
  return taken;
}

describe("an HTTP API", () => {
  it("prefers a full match to a variable, a variable to a greedy one, and those to $default", async () => {
    const routes = [
      "$default",
      "ANY /{proxy+}",
      "GET /pets/{proxy+}",
      "GET /pets/{id}",
      "GET /pets/{id}/toys",
      "GET /pets/dog",
    ];
    const requests = [
      "GET /pets/dog",
      "GET /pets/cat",
      "GET /pets/cat/toys",
      "GET /pets/a/b/c",
      "POST /pets/dog",
      "GET /",
    ];
    expect(await routeKeysOf(routes, requests)).toEqual([
      "GET /pets/dog",
      "GET /pets/{id}",
      "GET /pets/{id}/toys",
      "GET /pets/{proxy+}",
      "ANY /{proxy+}",
      "$default",
    ]);
  });

  it("prefers a method of its own to ANY on the same path", async () => {
    const routes = ["ANY /pets/{id}", "GET /pets/{id}", "ANY /pets", "GET /pets"];
    expect(await routeKeysOf(routes, ["GET /pets/1", "PUT /pets/1", "GET /pets", "PUT /pets"])).toEqual([
      "GET /pets/{id}",
      "ANY /pets/{id}",
      "GET /pets",
      "ANY /pets",
    ]);
  });

  it("answers 404 to another path, another method, an empty variable and a trailing slash", async () => {
    const requests = ["GET /other", "POST /pets", "GET /pets/", "GET /owners/"];
    expect(await routeKeysOf(["GET /pets", "GET /owners/{id}"], requests)).toEqual([404, 404, 404, 404]);
  });

  it("says Not Found as AWS does", async () => {
    started = await startApi(apiNodes());
    const answer = await fetch(`${started.url}/nowhere`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.text()).toBe('{"message":"Not Found"}');
    expect(started.recording.invocations).toEqual([]);
  });

  it("gives a greedy variable the rest of the path, decoded", async () => {
    await routeKeysOf(["GET /files/{path+}"], ["GET /files/a%20b/c"]);
    expect(started?.recording.invocations[0]?.event["pathParameters"]).toEqual({ path: "a b/c" });
  });

  it("serves a named stage below its name only, and keeps the name in the event's path", async () => {
    started = await startApi(apiNodes({ stage: { name: "v1" } }));
    expect((await fetch(`${started.url}/greeting`)).status).toBe(404);
    expect((await fetch(`${started.url}/v1/greeting`)).status).toBe(200);
    expect(started.recording.invocations[0]?.event).toMatchObject({
      rawPath: "/v1/greeting",
      requestContext: { stage: "v1", http: { path: "/v1/greeting" } },
    });
  });

  it("listens once per API of the program", async () => {
    started = await startApi([...apiNodes(), ...apiNodes({ id: "second", routes: { "GET /other": {} } })]);
    const urls = [...started.host.endpoints.values()];
    expect([...started.host.endpoints.keys()]).toEqual(["a1b2c3d4e5", "second"]);
    expect(new Set(urls).size).toBe(2);
    expect(await Promise.all(urls.map(async (url) => (await fetch(`${url}/other`)).status))).toEqual([404, 200]);
  });

  it("lets the interceptor answer before any route, on the first API only", async () => {
    const second = apiNodes({ id: "second", routes: { $default: {} } });
    started = await startApi([...apiNodes({ routes: { $default: {} } }), ...second], {
      intercept: (request, response) => {
        if (request.url?.startsWith("/_console") !== true) return false;
        response.end("console");
        return true;
      },
    });
    expect(await (await fetch(`${started.url}/_console/`)).text()).toBe("console");
    expect(started.recording.invocations).toEqual([]);
    expect((await fetch(`${started.url}/_other`)).status).toBe(200);
    await fetch(`${started.host.endpoints.get("second")}/_console/`);
    expect(started.recording.invocations.map(({ event }) => event["rawPath"])).toEqual(["/_other", "/_console/"]);
  });

  it("frees its port when it stops", async () => {
    const first = await startApi(apiNodes());
    await fetch(`${first.url}/greeting`);
    await first.host.stop();
    await expect(fetch(`${first.url}/greeting`)).rejects.toThrow();
    expect(first.host.endpoints.size).toBe(0);
  });
});
