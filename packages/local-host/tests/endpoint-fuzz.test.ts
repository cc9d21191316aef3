import { request } from "node:http";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiRequests, cborCalls, type FuzzRequest, formCalls, httpRequests, jsonCalls, rawBytes } from "./fuzz-inputs";
import { type FuzzedHost, fuzzedHost } from "./fuzzed-host";

/** FUZZ_FACTOR=50 for a long run; FUZZ_SEED for another one. A failure prints the seed and the input it came down to. */
const factor = Number(process.env["FUZZ_FACTOR"] ?? 1);
const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_126);

let host: FuzzedHost;
/** Inputs by what they were and how they were answered. */
const answers = new Map<string, number>();

const note = (kind: string, answer: number | string): void => {
  const key = `${kind} ${answer}`;
  answers.set(key, (answers.get(key) ?? 0) + 1);
};

beforeAll(async () => {
  host = await fuzzedHost();
});
afterAll(async () => {
  await host.stop();
  if (process.env["FUZZ_REPORT"] !== undefined) {
    process.stdout.write(
      `${[...answers]
        .sort()
        .map(([key, count]) => `${key}: ${count}`)
        .join("\n")}\n`,
    );
  }
});

const send = (to: string, { method, path, headers, body }: FuzzRequest): Promise<number | "closed"> =>
  new Promise((settle, refuse) => {
    const { port } = new URL(to);
    let outgoing: ReturnType<typeof request>;
    try {
      outgoing = request({ port, host: "127.0.0.1", method, path, headers, timeout: 20_000 }, (response) => {
        response.on("error", () => undefined).resume();
        settle(response.statusCode ?? 0);
      });
    } catch {
      // Node's client does not send what is not HTTP; raw sockets do.
      return settle("closed");
    }
    outgoing.on("timeout", () => refuse(new Error(`no answer to ${method} ${path}`)));
    outgoing.on("error", () => settle("closed"));
    outgoing.on("upgrade", (_response, socket) => socket.destroy());
    outgoing.end(body);
  });

/** Sends bytes and closes: the status of each answer that came. */
const sendRaw = (to: string, bytes: string): Promise<readonly number[]> =>
  new Promise((settle) => {
    let answered = "";
    const socket = connect(Number(new URL(to).port), "127.0.0.1", () => socket.end(bytes, "latin1"));
    socket.setEncoding("latin1").setTimeout(2_000, () => socket.destroy());
    socket.on("data", (text: string) => {
      answered += text;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => settle([...answered.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status))));
  });

const good = async (): Promise<void> => {
  const queues = await fetch(host.aws, { method: "POST", headers: { "x-amz-target": "AmazonSQS.ListQueues" } });
  expect(queues.status).toBe(200);
  const greeting = await fetch(`${host.api}/greeting`, { method: "POST", body: "hello" });
  expect([greeting.status, await greeting.text()]).toEqual([200, "hello"]);
};

const failures = (): readonly unknown[] =>
  host.events
    .filter(({ what }) => /failed in(side)? the/.test(what))
    .map(({ what, resource, detail }) => ({ what, resource, ...detail }));

/** Inputs under way at the same time; some of them wait, as a receive does. */
const atOnce = 24;

/** Sends the seed's inputs; what is wrong with an answer is listed with the input that had it. */
const checkAll = async <Input>(
  arbitrary: fc.Arbitrary<Input>,
  inputs: number,
  wrongWith: (input: Input) => Promise<string | undefined>,
): Promise<void> => {
  const samples = fc.sample(arbitrary, { seed, numRuns: inputs * factor }).entries();
  const wrong: string[] = [];
  const sender = async (): Promise<void> => {
    for (const [index, input] of samples) {
      const found = await wrongWith(input);
      if (found !== undefined) wrong.push(`input ${index} of seed ${seed}: ${found}: ${printed(input)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  expect(wrong).toEqual([]);
  expect(failures()).toEqual([]);
  await good();
};

const printed = (input: unknown): string => {
  const text = JSON.stringify(input) ?? "";
  return text.length > 600 ? `${text.slice(0, 300)} ... ${text.slice(-300)}` : text;
};

const check = (kind: string, arbitrary: fc.Arbitrary<FuzzRequest>, to: () => string, inputs: number) =>
  checkAll(arbitrary, inputs, async (input) => {
    const answer = await send(to(), input);
    note(kind, answer);
    // S3's own answer to what it does not implement.
    return typeof answer === "number" && answer >= 500 && answer !== 501 ? `answered ${answer}` : undefined;
  });

describe("the host, whatever it is sent, answers with the service's error and goes on:", () => {
  it("calls of every service's JSON protocol, wrong in one place", () =>
    check("json", jsonCalls(host.aws), () => host.aws, 900));

  it("form requests", () => check("form", formCalls, () => host.aws, 250));

  it("requests in CBOR", () => check("cbor", cborCalls, () => host.aws, 100));

  it("any method, path, headers and body at the AWS endpoint", () =>
    check("http", httpRequests(), () => host.aws, 400));

  it("any method, path, headers and body at the HTTP API", () => check("api", apiRequests, () => host.api, 400));

  it.each(["aws", "api"] as const)("bytes that are not HTTP, at the port of %s", async (to) => {
    await checkAll(rawBytes, 150, async (bytes) => {
      const statuses = await sendRaw(host[to], bytes);
      for (const status of statuses.length === 0 ? ["closed"] : statuses) note(`raw ${to}`, status);
      return statuses.some((status) => status >= 500) ? `answered ${statuses.join()}` : undefined;
    });
  });
});
