import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { Clock } from "../src/kernel/clock";
import { clockControl } from "../src/kernel/clock-control";
import { eventually } from "../testing/eventually";

const hour = 3_600_000;

describe("the host's clock", () => {
  it("goes as the machine's does until it is put forward", () => {
    const clock = new Clock();
    expect(clock.now() - Date.now()).toBeCloseTo(0, -2);
    clock.advance(2 * hour);
    expect(clock.now() - Date.now()).toBeCloseTo(2 * hour, -2);
  });

  it("has whole milliseconds", () => {
    const clock = new Clock();
    clock.advance(1.6);
    expect(clock.ahead).toBe(2);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  it("does what is due by the time to which it is put, in its sequence, and leaves what is not", async () => {
    const clock = new Clock();
    const done: string[] = [];
    clock.when(clock.now() + 2 * hour, () => done.push("second"));
    clock.when(clock.now() + hour, () => done.push("first"));
    clock.when(clock.now() + 4 * hour, () => done.push("last"));
    clock.advance(3 * hour);
    expect(done).toEqual([]);
    await eventually(() => expect(done).toEqual(["first", "second"]));
    clock.advance(hour);
    await eventually(() => expect(done).toEqual(["first", "second", "last"]));
  });

  it("does nothing that was given up", async () => {
    const clock = new Clock();
    const done: string[] = [];
    const giveUp = clock.when(clock.now() + hour, () => done.push("given up"));
    clock.when(clock.now() + hour, () => done.push("kept"));
    giveUp();
    clock.advance(hour);
    await eventually(() => expect(done).toEqual(["kept"]));
  });

  it("ends a pause when it is over or broken off", async () => {
    const clock = new Clock();
    const broken = new AbortController();
    let ended = 0;
    void clock.pause(hour, broken.signal).then(() => (ended += 1));
    void clock.pause(hour, new AbortController().signal).then(() => (ended += 1));
    await turn();
    expect(ended).toBe(0);
    broken.abort();
    await eventually(() => expect(ended).toBe(1));
    clock.advance(hour);
    await eventually(() => expect(ended).toBe(2));
    await clock.pause(hour, AbortSignal.abort());
  });

  it("tells the age of what the machine's time is written on", () => {
    const clock = new Clock();
    const before = Date.now() - 1_000;
    clock.advance(hour);
    expect(clock.now() - clock.at(before)).toBeCloseTo(hour + 1_000, -2);
    expect(clock.now() - clock.at(Date.now())).toBeCloseTo(0, -2);
  });
});

describe("/_local/clock", () => {
  const served = async () => {
    const clock = new Clock();
    const serve = clockControl(clock);
    const server = createServer((request, response) => {
      if (!serve(request, response)) response.writeHead(404).end();
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    onTestFinished(() => void server.close());
    // A TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    const ask = async (init: RequestInit = {}, path = "/_local/clock") => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
      return { status: answer.status, body: await answer.text() };
    };
    const post = (body: unknown, type = "application/json") =>
      ask({ method: "POST", headers: { "content-type": type }, body: JSON.stringify(body) });
    return { clock, ask, post };
  };

  it("says what time it is, and puts the clock forward", async () => {
    const { clock, ask, post } = await served();
    expect(JSON.parse((await ask()).body)).toEqual({ now: expect.stringMatching(/^\d{4}-.*Z$/), ahead: 0 });
    expect(JSON.parse((await post({ advance: 90 })).body)).toMatchObject({ ahead: 90 });
    expect(clock.ahead).toBe(90_000);
  });

  it.each([[{ advance: -1 }], [{ advance: 32 * 86_400 }], [{ advance: "1" }], [{}], [undefined]])(
    "refuses %j",
    async (body) => {
      const { clock, post } = await served();
      expect((await post(body)).status).toBe(400);
      expect(clock.ahead).toBe(0);
    },
  );

  it("takes no form of a web page, no other method, and no other path", async () => {
    const { ask, post } = await served();
    expect((await post({ advance: 1 }, "text/plain")).status).toBe(415);
    expect(await ask({ method: "DELETE" })).toEqual({
      status: 405,
      body: JSON.stringify({ message: "Use GET or POST on /_local/clock." }),
    });
    expect((await ask({}, "/_local/clocks")).status).toBe(404);
  });
});
