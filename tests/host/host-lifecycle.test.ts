import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findDamage } from "pulumi-local-host/find-damage";
import { hostArguments } from "pulumi-local-host/host-command";
import { eventually } from "pulumi-local-host/testing/eventually";
import { afterAll, describe, expect, it } from "vitest";
import { HostProcess } from "../../demo/host-process";
import { standInSettings } from "../../settings/stand-in-settings";
import { alive, descendantsOf } from "../support/descendants";
import { garble } from "../support/garble";
import { runHost } from "../support/run-host";
import { newFolder, type StartedHost, startedHost } from "../support/started-host";

const projectDir = join(__dirname, "../..");
const folders: string[] = [];

const folder = (): string => {
  const made = newFolder();
  folders.push(made);
  return made;
};

/** Folders that were set aside. */
const besides = (of: string): readonly string[] =>
  readdirSync(dirname(of))
    .filter((name) => name.startsWith(`${basename(of)}.damaged-`))
    .map((name) => join(dirname(of), name));

afterAll(() => {
  for (const made of folders.flatMap((each) => [each, ...besides(each)]))
    rmSync(made, { recursive: true, force: true });
});

describe.skipIf(process.platform !== "linux")("every stack of the program", () => {
  it("dev: Ctrl-C in the terminal stops the host in order and leaves no process", async () => {
    const args = [...hostArguments, "--port", "0", "--aws-port", "0", "--data-dir", folder()];
    // A process group of its own, as a terminal gives to what is started in it.
    const child = spawn(process.execPath, args, { cwd: projectDir, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    child.stdout.on("data", (text: Buffer) => {
      printed += text.toString();
    });
    child.stderr.on("data", (text: Buffer) => {
      printed += text.toString();
    });
    await eventually(() => expect(printed).toMatch(/^Ready$/m), 40_000);
    expect(printed).not.toContain("not hosted here");
    const pid = child.pid ?? 0;
    const processes = descendantsOf(pid);
    expect(processes.length).toBeGreaterThan(2);
    process.kill(-pid, "SIGINT");
    const [code] = await once(child, "close");
    expect(code).toBe(0);
    expect(printed.split("Ready\n")[1]).toBe("Stopping; press Ctrl-C again to stop at once.\n");
    await eventually(() => expect(alive(processes)).toEqual([]));
  }, 60_000);

  it.each(["SIGTERM", "SIGINT"] as const)(
    "dev: %s to the npm process of `npm start` alone, as a supervisor sends it, stops the host as Ctrl-C does",
    async (signal) => {
      const args = ["start", "--silent", "--", "--port", "0", "--aws-port", "0", "--no-warm", "--data-dir", folder()];
      const child = spawn("npm", args, { cwd: projectDir, stdio: ["ignore", "pipe", "inherit"] });
      let printed = "";
      child.stdout.on("data", (text: Buffer) => {
        printed += text.toString();
      });
      await eventually(() => expect(printed).toMatch(/^Ready$/m), 40_000);
      const processes = descendantsOf(child.pid ?? 0);
      expect(processes.length).toBeGreaterThan(1);
      child.kill(signal);
      await once(child, "close");
      expect(printed.split("Ready\n")[1]).toBe("Stopping; press Ctrl-C again to stop at once.\n");
      await eventually(() => expect(alive(processes)).toEqual([]));
    },
    60_000,
  );

  it("staging: is hosted without a rest; a second host on its folder says so and stops", async () => {
    const own = folder();
    const host = await HostProcess.start({
      folder: own,
      stack: "staging",
      settings: standInSettings("staging"),
      options: ["--no-warm"],
    });
    expect(host.printed).not.toContain("not hosted here");
    const second = await runHost(["--port", "0", "--aws-port", "0", "--data-dir", own]);
    expect(second).toEqual({
      code: 1,
      printed: `Another host already runs on ${own}. Stop it with Ctrl-C where it was started, or give this one a folder of its own with --data-dir.\n`,
    });
    expect((await fetch(`${host.api}/health`)).status).toBe(200);
    await host.end("SIGINT");
  }, 60_000);

  it("prod: is hosted without a rest; a host that is killed leaves no process", async () => {
    const host = await HostProcess.start({
      folder: folder(),
      stack: "prod",
      settings: standInSettings("prod"),
      options: ["--no-warm"],
    });
    expect(host.printed).not.toContain("not hosted here");
    const processes = descendantsOf(host.pid);
    expect(processes.length).toBeGreaterThan(2);
    await host.end("SIGKILL");
    await eventually(() => expect(alive(processes)).toEqual([]));
  }, 60_000);
});

describe("the data", () => {
  const own = folder();
  let orderId: string;

  const placed = async ({ orders, history }: StartedHost): Promise<string> => {
    const { body } = await orders.place({ customer_id: "CUST-001", item: "Laptop", quantity: 1 });
    const id = String(body["order_id"]);
    expect((await history.ofOrder(id)).at(-1)?.status).toBe("SHIPPED");
    return id;
  };

  it("survives a restart, the token and the tables' history included", async () => {
    const first = await startedHost({}, own);
    orderId = await placed(first);
    const { token } = first.host;
    await first.host.end("SIGINT");

    const second = await startedHost({}, own);
    expect(await second.orders.get(orderId, token)).toMatchObject({ status: 200, body: { status: "SHIPPED" } });
    const changes = await second.history.ofOrder(orderId);
    expect(changes.map(({ status }) => status)).toEqual(["PENDING", "PAID", "SHIPPED"]);
    await second.host.end("SIGKILL");
  }, 90_000);

  it("is looked through before a start: damage to any file of any part is found", () => {
    expect(findDamage(own)).toBeUndefined();
    // Looking has moved what was in the logs of the databases into them.
    const files = readdirSync(own, { recursive: true, encoding: "utf8" }).filter((file) =>
      /[.](json|sqlite|db)$/.test(file),
    );
    const ofParts = files.filter((file) => file.includes("/"));
    expect([...new Set(ofParts.map((file) => file.split("/")[0]))].sort()).toEqual([
      "buckets",
      "dynamodb",
      "event-bus",
      "event-sources",
      "lambda",
      "messaging",
      "metrics",
      "traces",
      "user-pool",
      "workflows",
    ]);
    for (const file of ofParts) {
      const intact = readFileSync(join(own, file));
      const found = (content: string | Buffer): string => {
        writeFileSync(join(own, file), content);
        return findDamage(own)?.message ?? `nothing wrong with ${file}`;
      };
      const said = (reason: string) => new RegExp(`^${file.replaceAll(".", "[.]")} is damaged [(]${reason}`);
      expect(found("garbage ".repeat(1_000))).toMatch(said(""));
      expect(found("")).toMatch(said(""));
      if (!file.endsWith(".json") && intact.length > 8_192) {
        const halfGone = Buffer.from(intact).fill("garbage ", 4_096, 8_192);
        expect(found(halfGone)).toMatch(said(""));
      }
      writeFileSync(join(own, file), intact);
    }
    writeFileSync(join(own, "messaging/queues.sqlite-wal"), "garbage ".repeat(1_000));
    expect(findDamage(own)?.message).toBe("messaging/queues.sqlite is damaged (its write-ahead log is not one)");
    rmSync(join(own, "messaging/queues.sqlite-wal"));
    expect(findDamage(own)).toBeUndefined();
  });

  it("that cannot be read is kept aside, which the host says, and begins without it", async () => {
    const damaged = ["dynamodb/tables.sqlite", "messaging/queues.sqlite", "metrics/alarms.json"];
    for (const file of damaged) garble(join(own, file));
    const host = await startedHost({}, own);
    const [aside = "nothing was kept"] = besides(own);
    expect(host.host.printed).toMatch(/^.*cannot be used/);
    const [line = ""] = host.host.printed.split("\n");
    expect(line).toContain(`${own} cannot be used: `);
    expect(damaged.some((file) => line.includes(`: ${file} is damaged (`))).toBe(true);
    expect(line).toContain(`All of it is kept in ${aside}; beginning afresh.`);
    for (const file of damaged) expect(readFileSync(join(aside, file), "utf8")).toMatch(/^garbage garbage/);
    expect(statSync(join(aside, "user-pool")).isDirectory()).toBe(true);
    expect((await host.orders.get(orderId)).status).toBe(404);
    orderId = await placed(host);
    await host.host.end("SIGINT");
  }, 60_000);

  it("is forgotten with --fresh, and only then", async () => {
    const host = await HostProcess.start({ folder: own, options: ["--fresh"] });
    const answer = await fetch(`${host.api}/orders/${orderId}`, { headers: { authorization: `Bearer ${host.token}` } });
    expect(answer.status).toBe(404);
    expect(besides(own)).toHaveLength(1);
    await host.end("SIGINT");
  }, 60_000);
});
