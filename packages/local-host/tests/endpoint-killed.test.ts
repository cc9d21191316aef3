import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nodeArguments } from "../src/host-command";
import { eventually } from "../testing/eventually";
import { hostedEndpoint, queueArn, thingsStream, thingsTable } from "./hosted-endpoint";
import { hostedMessaging, queue } from "./hosted-messaging";
import { Bucket, versionedBuckets } from "./versioned-bucket";

const developer = { kind: "developer" } as const;
const resources = (url: string) => [thingsTable(), queue(url, "work")];

const killedHost = join(__dirname, "killed-host.ts");

/** Engines running on a folder. */
const enginesOn = (folder: string): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder) && pid !== process.pid;
      } catch {
        return false;
      }
    });

it.skipIf(process.platform !== "linux")(
  "a host that is killed loses nothing it acknowledged, and leaves no engine",
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "killed-"));
    const child = spawn(process.execPath, [...nodeArguments, killedHost, dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let written = "";
    child.stdout.on("data", (chunk: Buffer) => {
      written += chunk.toString();
    });
    await eventually(() => expect(written.split("\n").length).toBeGreaterThan(50));
    child.kill("SIGKILL");
    await once(child, "close");
    const acknowledged = written.trim().split("\n");
    await eventually(() => expect(enginesOn(dataDir)).toEqual([]));

    const host = await hostedMessaging({ dataDir, resources: (url) => [...resources(url), ...versionedBuckets(url)] });
    expect(host.events).toEqual([]);
    const bodies = new Set<string>();
    for (;;) {
      const messages = await host.queues.queues.receive(developer, queueArn("work"), { max: 10, waitSeconds: 0 });
      if (messages.length === 0) break;
      for (const { body } of messages) bodies.add(body);
    }
    expect(acknowledged.filter((count) => !bodies.has(count))).toEqual([]);
    const { Count } = await host.tables.service.call({
      principal: developer,
      action: "Scan",
      input: {
        TableName: "things",
        Select: "COUNT",
      },
    });
    expect(Count).toBeGreaterThanOrEqual(acknowledged.length);
    const records = await host.tables.streams
      .open(thingsStream, { from: "TRIM_HORIZON" })
      .next(10_000, AbortSignal.timeout(5_000));
    expect(records).toHaveLength(Number(Count));
    // One version for each write, with its own content, the last one first.
    const { url } = host;
    const list = await (await fetch(`${url}/${Bucket}?versions`)).text();
    const versions = [...list.matchAll(/<VersionId>([^<]*)/g)].map(([, id]) => id);
    const contents = versions.map(async (id) => (await fetch(`${url}/${Bucket}/count?versionId=${id}`)).text());
    const expected = versions.map((_, index) => String(versions.length - index));
    expect(await Promise.all(contents)).toEqual(expected);
    expect(versions.length).toBeGreaterThanOrEqual(acknowledged.length);
    await host.stop();
    rmSync(dataDir, { recursive: true });
  },
  30_000,
);

it.skipIf(process.platform !== "linux")("an engine that dies is started again on the same data", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "dying-"));
  const host = await hostedEndpoint({ dataDir, resources });
  const put = (id: string) =>
    host.tables.service.call({
      principal: developer,
      action: "PutItem",
      input: { TableName: "things", Item: { id: { S: id } } },
    });
  await put("before");
  const reader = host.tables.streams.open(thingsStream, { from: "TRIM_HORIZON" });
  for (const pid of enginesOn(dataDir))
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "dynoxide") process.kill(pid, "SIGKILL");
  await eventually(() => expect(host.events.map(({ what }) => what)).toContain("engine started again"));
  await put("after");
  const seen = await reader.next(10, AbortSignal.timeout(5_000));
  expect(seen.map(({ dynamodb }) => dynamodb.Keys["id"])).toEqual([{ S: "before" }, { S: "after" }]);
  await host.stop();
  rmSync(dataDir, { recursive: true });
});
