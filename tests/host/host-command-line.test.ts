import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { readCommandLine, refuseWhatNpmTook } from "pulumi-local-host/command-line";
import { LocalFolder } from "pulumi-local-host/local-folder";
import { availablePort } from "pulumi-local-host/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runHost } from "../support/run-host";
import { newFolder } from "../support/started-host";

let folder: string;

beforeEach(() => {
  folder = newFolder();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const onFolder = (...args: readonly string[]): readonly string[] => [
  ...["--port", "0", "--aws-port", "0", "--data-dir", folder],
  ...args,
];

/** Anything of a host's but its lock. */
const begun = (): readonly string[] => readdirSync(folder).filter((name) => !name.startsWith("lock"));

const listening = async (host: string): Promise<{ readonly server: Server; readonly port: number }> => {
  const server = createServer();
  await new Promise<void>((settle) => server.listen(0, host, settle));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("A TCP server has an address.");
  return { server, port: address.port };
};

describe("the command line", () => {
  it("is explained by --help, and nothing is started", async () => {
    const { code, printed } = await runHost(["--help"]);
    expect(code).toBe(0);
    for (const option of ["--stack", "--config", "--fresh", "--port", "--aws-port", "--data-dir"]) {
      expect(printed).toContain(`\n  ${option} `);
    }
  });

  it("is refused with exit code 2 when an option is unknown", async () => {
    const { code, printed } = await runHost(["--prot", "3001"]);
    expect(code).toBe(2);
    expect(printed).toMatch(/^Unknown option '--prot'.*\nSee pulumi-local-host --help\n$/s);
  });

  it.each([
    [["--port", "web"], '--port is "web": it must be a port number from 0 to 65535.'],
    [["--aws-port", "65536"], '--aws-port is "65536": it must be a port number from 0 to 65535.'],
    [["--port", "3001", "--aws-port", "3001"], "--port and --aws-port are both 3001: they must differ."],
    [["--config", "protect"], '--config is "protect": it must be KEY=VALUE, such as protect=true.'],
  ])("%j is refused by the option's name, with what would be right", (args, message) => {
    expect(() => readCommandLine(args)).toThrow(message);
  });

  it.each([
    ["npm_config_fresh", "--fresh"],
    ["npm_config_data_dir", "--data-dir"],
    ["npm_config_iam", "--no-iam"],
  ])("that npm has kept for itself, as %s says, is not passed over", (variable, option) => {
    const taken = { [variable]: "" };
    expect(() => refuseWhatNpmTook({ npm_lifecycle_event: "start", ...taken })).toThrow(
      `write npm start -- ${option},`,
    );
    expect(() => refuseWhatNpmTook({ npm_lifecycle_event: "test", ...taken })).not.toThrow();
    expect(() => refuseWhatNpmTook({ npm_lifecycle_event: "start" })).not.toThrow();
  });

  it("means, without options, the stack dev on ports 3000 and 4566", () => {
    expect(readCommandLine([])).toMatchObject({
      stack: "dev",
      folder: ".local",
      fresh: false,
      apiPort: 3000,
      awsPort: 4566,
      lambdaConcurrency: 1_000,
      settings: {},
    });
  });
});

describe("before anything starts", () => {
  it("a wrong setting is named with its value and what is allowed", async () => {
    const { code, printed } = await runHost(
      onFolder("--config", "logRetentionDays=8", "--config", "paymentUrl=ftp://x"),
    );
    expect(code).toBe(1);
    expect(printed).toContain("logRetentionDays is 8: ");
    expect(printed).toContain("1|3|5|7|14|30");
    expect(printed).toContain('paymentUrl is "ftp://x": it must be an https URL, or `simulated`');
    expect(printed).not.toContain("    at ");
    expect(begun()).toEqual([]);
  });

  it("a stack that there is not is named with those that there are", async () => {
    const { code, printed } = await runHost(onFolder("--stack", "test"));
    expect(code).toBe(1);
    expect(printed).toMatch(
      /^There is no stack test: .*Pulumi\.test\.yaml does not exist\. Stacks here: dev, prod, staging\.\n$/,
    );
    expect(begun()).toEqual([]);
  });

  it.skipIf(process.platform !== "linux").each(["--port", "--aws-port"])(
    "a port in use is named with the process that has it and the option %s",
    async (option) => {
      const { server, port } = await listening("127.0.0.1");
      try {
        const { code, printed } = await runHost(onFolder(option, String(port)));
        expect(code).toBe(1);
        expect(printed).toContain(`Port ${port} is in use by process ${process.pid} (`);
        expect(printed).toContain(`Choose another with ${option} <number>, or 0 for any free one.`);
        expect(begun()).toEqual([]);
      } finally {
        server.close();
      }
    },
  );

  it("a port that only localhost's other address has in use is taken for what it is", async () => {
    const { server, port } = await listening("::1").catch(() => ({ server: undefined, port: 0 }));
    // Without IPv6 there is no other address.
    if (server === undefined) return;
    await expect(availablePort(port, "--port")).rejects.toThrow(`Port ${port} is in use`);
    server.close();
    expect(await availablePort(0, "--port")).toBeGreaterThan(0);
  });

  it("a port that may not be listened on is not said to be in use", async () => {
    // No machine has this address's port: it is none.
    await expect(availablePort(65_536, "--port")).rejects.toThrow("Port 65536 cannot be listened on. Choose another");
  });

  it("a file in place of the folder is named, and left alone", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "mine");
    const { code, printed } = await runHost(["--data-dir", file]);
    expect(code).toBe(1);
    expect(printed).toBe(`${file} is a file; it must be a folder. Move it away or name another with --data-dir.\n`);
    expect(() => LocalFolder.claim(join(file, "below"))).toThrow(`${join(file, "below")} cannot be used`);
  });
});

describe("the host's folder", () => {
  it("is one process's at a time, and free again when it is released", () => {
    const first = LocalFolder.claim(folder);
    expect(() => LocalFolder.claim(folder)).toThrow(`Another host already runs on ${folder}. Stop it with Ctrl-C`);
    first.release();
    LocalFolder.claim(folder).release();
  });

  it.skipIf(process.getuid?.() === 0)("that may only be read is not taken for a damaged one", () => {
    chmodSync(folder, 0o500);
    expect(() => LocalFolder.claim(folder)).toThrow(`${folder} cannot be used (EACCES`);
  });

  it("is taken in spite of a damaged lock, which is kept", () => {
    writeFileSync(join(folder, "lock.sqlite"), "no lock of ours".repeat(100));
    LocalFolder.claim(folder).release();
    expect(existsSync(join(folder, "lock.sqlite.damaged"))).toBe(true);
  });
});
