import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { expect, it } from "vitest";
import { eventBusHost } from "../src/services/event-bridge/event-bus-host";
import { eventually } from "../testing/eventually";
import { arnOf, recordedContext, resource } from "./recorded-context";

const resources = [
  resource(
    "aws:cloudwatch/eventRule:EventRule",
    "all",
    { eventPattern: '{"source":["shop"]}' },
    { arn: arnOf("events", "rule/all") },
  ),
  resource("aws:cloudwatch/eventTarget:EventTarget", "queue", { rule: "all", arn: arnOf("sqs", "q") }),
];
const EVENTS = 50;

/** Runs a bus whose target never answers in a process of its own, until every event is accepted. */
const program = (dataDir: string) => `
import { eventBusHost } from ${JSON.stringify(join(__dirname, "../src/services/event-bridge/event-bus-host"))};
import { arnOf, recordedContext } from ${JSON.stringify(join(__dirname, "recorded-context"))};
const context = recordedContext({
  resources: ${JSON.stringify(resources)},
  dataDir: ${JSON.stringify(dataDir)},
  calls: { sendMessage: () => new Promise(() => undefined) },
});
const host = eventBusHost(context);
host.start().then(async () => {
  for (let photo = 0; photo < ${EVENTS}; photo += 1) {
    await host.calls.putEvents({ kind: "developer" }, arnOf("events", "event-bus/default"), {
      source: "shop", detailType: "Placed", detail: JSON.stringify({ photo }),
    });
  }
  console.log("accepted");
  setInterval(() => undefined, 1000);
});
`;

it("delivers every accepted event after the process was killed before any was delivered", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "kill-"));
  const script = join(dataDir, "bus.cjs");
  writeFileSync(join(dataDir, "bus.ts"), program(dataDir));
  buildSync({
    entryPoints: [join(dataDir, "bus.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    absWorkingDir: resolve("."),
    nodePaths: [resolve("node_modules")],
  });
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;

  const context = recordedContext({ resources, dataDir });
  const host = eventBusHost(context);
  await host.start();
  await eventually(() => expect(context.recorded).toHaveLength(EVENTS));
  const photos = context.recorded.map(({ value }) => {
    // sendMessage is recorded with its message.
    const { body } = value as { body: string };
    return JSON.parse(body).detail.photo;
  });
  expect(new Set(photos).size).toBe(EVENTS);
  await host.stop();
});
