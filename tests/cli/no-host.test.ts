import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyFreePort } from "pulumi-local-host/port";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { done, ordersFile, refused, runOrders, runUnread } from "./run-orders";

let folder: string;
/** The folder of a host that was stopped: its outputs are there, and nobody listens. */
let stopped: string;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orders-no-host-"));
  port = await anyFreePort();
  stopped = join(folder, "stopped");
  mkdirSync(stopped);
  const outputs = {
    api_endpoint: `http://localhost:${port}`,
    intake_topic_arn: "arn:aws:sns:eu-central-1:000000000000:orders-intake",
    import_bucket: "orders-import",
    fulfilment_queue_url: `http://localhost:${port}/000000000000/orders-fulfilment`,
  };
  writeFileSync(join(stopped, "outputs.json"), JSON.stringify(outputs));
  writeFileSync(join(stopped, "token"), "a-token");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent("without a running host", () => {
  it("the program alone explains itself, as a wrong command line", async () => {
    const { code, stdout, stderr } = await runOrders([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: orders \[options\] \[command\]\n/);
  });

  it("--help is answered with exit code 0, on Node.js 20 as well", async () => {
    const { code, stdout, stderr } = await runOrders(["import", "--help"], { env: { AS_NODE_20: "whole" } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: orders import \[options\] <file>\n/);
  });

  it.each([
    [["lst"], "error: unknown command 'lst'\n(Did you mean list?)\nSee orders --help.\n"],
    [["publish"], "What is ordered? Give --item Laptop=2, or --file order.json.\n"],
    [["place", "--file", "-"], "Standard input is not an order as JSON: Unexpected end of JSON input\n"],
  ])("%j is a wrong command line, whether there is a host or not", async (args, stderr) => {
    expect(await runOrders(args)).toEqual({ code: 2, stdout: "", stderr });
  });

  it("a host that never ran in the folder is said how to start", async () => {
    const stderr = `There is no ${join(folder, "outputs.json")}: the local host has not run here. Start it with npm start, name its folder with --data-dir, or a deployed stack with --stack.\n`;
    expect(await runOrders(["list", "--data-dir", folder])).toEqual(refused(stderr));
  });

  it("damaged outputs are named by their file", async () => {
    const damaged = join(folder, "damaged");
    mkdirSync(damaged);
    writeFileSync(join(damaged, "outputs.json"), '{"api_endpoint": ');
    const stderr = `${join(damaged, "outputs.json")} is damaged, it should be JSON: Unexpected end of JSON input\n`;
    expect(await runOrders(["list", "--data-dir", damaged])).toEqual(refused(stderr));
  });

  it("dead letters of a stack that does not name its queues are refused with what to do", async () => {
    const stderr =
      "The stack has no output dead_letter_queues: it was deployed before there was one. Deploy it again with pulumi up.\n";
    expect(await runOrders(["dlq", "ls", "--data-dir", stopped])).toEqual(refused(stderr));
  });

  it.each(["list", "schema", "publish --item Pen --customer CUST-001"])(
    "%s says that a host which was stopped does not answer, and where",
    async (command) => {
      const { code, stdout, stderr } = await runOrders([...command.split(" "), "--data-dir", stopped]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        new RegExp(
          `^The local host of ${stopped} does not answer at http://localhost:${port}\\. Start it with npm start \\(connect ECONNREFUSED (127\\.0\\.0\\.1|::1):${port}\\)\\.\n$`,
        ),
      );
    },
  );

  it("a file that is not there is a wrong command line, before anything is sent", async () => {
    const missing = join(folder, "missing.csv");
    const args = ["--data-dir", stopped, "import"];
    const [none, isFolder] = await Promise.all([runOrders([...args, missing]), runOrders([...args, folder])]);
    expect(none).toEqual({ code: 2, stdout: "", stderr: `There is no file ${missing}.\n` });
    const stderr = `${folder} is not a file. Name a file of orders: CSV, JSON Lines or a JSON array.\n`;
    expect(isFolder).toEqual({ code: 2, stdout: "", stderr });
  });

  it("a token that the host did not write is asked for", async () => {
    const own = join(folder, "own-issuer");
    mkdirSync(own);
    symlinkSync(join(stopped, "outputs.json"), join(own, "outputs.json"));
    const stderr = `There is no ${join(own, "token")}: the local host writes it only for a stack with a user pool of its own. Pass a token with --token or ORDERS_TOKEN.\n`;
    expect(await runOrders(["token", "--data-dir", own])).toEqual(refused(stderr));
  });

  it("a token is --token, or else ORDERS_TOKEN unless that is empty, or else the host's", async () => {
    const token = (args: readonly string[], ORDERS_TOKEN: string) =>
      runOrders(["token", "--data-dir", stopped, ...args], { env: { ORDERS_TOKEN } });
    const runs = await Promise.all([token(["--token", "given"], "from-env"), token([], "from-env"), token([], "")]);
    expect(runs).toEqual(["given\n", "from-env\n", "a-token\n"].map(done));
  });

  it("a reader who leaves early is not a failure", async () => {
    expect(await runUnread(["token", "--data-dir", stopped])).toEqual(done(""));
  });

  it("the program runs by a link to it, as npx does, and takes paths from where it is run", async () => {
    const bin = join(folder, "node_modules/.bin");
    mkdirSync(bin, { recursive: true });
    symlinkSync(ordersFile, join(bin, "orders"));
    const run = runOrders(["token", "--data-dir", "stopped"], { cwd: folder, file: join(bin, "orders") });
    expect(await run).toEqual(done("a-token\n"));
  });
});
