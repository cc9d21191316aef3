import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeArguments } from "../src/host-command";
import { eventually } from "../testing/eventually";

/** The process of faulty-host.ts: what would end a host would end it. */
const child = spawn(process.execPath, [...nodeArguments, join(__dirname, "faulty-host.ts")], {
  stdio: ["ignore", "pipe", "inherit"],
});
let said = "";
let port = 0;

beforeAll(async () => {
  child.stdout.on("data", (text: Buffer) => {
    said += text.toString();
  });
  await eventually(() => expect(said).toMatch(/^port \d+$/m));
  port = Number(/port (\d+)/.exec(said)?.[1]);
});
afterAll(async () => {
  child.kill();
  await once(child, "close");
});

const call = (action: string, body: string | Buffer = "{}", headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers: { "x-amz-target": `AmazonSSM.${action}`, ...headers },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });

describe("an error inside the host while it serves a request", () => {
  it.each([
    ["Timer", "thrown in a timer"],
    ["Stream", "a stream without a listener"],
    ["Rejection", "a rejection without a handler"],
    ["Event", "thrown in a listener"],
    ["Header", 'Invalid character in header content ["x-broken"]'],
  ])("is that request's answer and an event, and the host goes on: %s", async (action, message) => {
    const answer = await call(action);
    expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([500, "ServiceFailure"]);
    expect(await answer.json()).toMatchObject({ __type: "ServiceFailure", message: expect.stringContaining(message) });
    await eventually(() => expect(said).toContain(`failed inside the local host: `));
    expect(said).toContain(message);
    expect((await call("GetParameter")).status).toBe(200);
  });
});

describe("a body", () => {
  it("that is not what its encoding says is refused, and the host goes on", async () => {
    for (const body of ["not gzip", gzipSync("{}").subarray(0, 10), ""]) {
      const answer = await call("GetParameter", body, { "content-encoding": "gzip" });
      expect([answer.status, await answer.json()]).toMatchObject([400, { __type: "SerializationException" }]);
    }
    expect((await call("GetParameter", gzipSync("{}"), { "content-encoding": "gzip" })).status).toBe(200);
  });

  it("that unpacks to more than the host holds is refused", async () => {
    const answer = await call("GetParameter", gzipSync(Buffer.alloc(65 * 1024 * 1024)), { "content-encoding": "gzip" });
    expect(answer.status).toBe(400);
  });

  it("larger than the host holds gets its answer, whether it says so or not", async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { "x-amz-target": "AmazonSSM.GetParameter", "content-length": 70 * 1024 * 1024 };
      const outgoing = request({ port, method: "POST", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
        outgoing.destroy();
      });
      outgoing.on("error", reject).write("{");
    });
    expect(status).toBe(413);
  });

  it("whose sender goes away in its midst is nothing that the host reports", async () => {
    const before = said;
    for (const head of ["Content-Length: 100", "Transfer-Encoding: chunked"]) {
      const socket = connect(port, "127.0.0.1");
      socket.write(
        `POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSSM.GetParameter\r\n${head}\r\n\r\n5\r\n{`,
      );
      await once(socket, "connect");
      expect((await call("GetParameter")).status).toBe(200);
      socket.resetAndDestroy();
      await once(socket, "close");
    }
    expect((await call("GetParameter")).status).toBe(200);
    expect(said).toBe(before);
  });
});
