import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { eventually } from "pulumi-local-host/testing/eventually";
import { expect, it } from "vitest";
import { HostProcess } from "../../../demo/host-process";

const root = join(__dirname, "../../..");
const document = readFileSync(join(root, "docs/extending.md"), "utf8");

/** The document's program, by file: each block of code that names one. */
const files = [...document.matchAll(/^```ts (\S+)\n(.*?)^```$/gms)].map(([, name = "", code = ""]) => ({ name, code }));

/** A folder with that program, with what `npm install` of this folder and of its dependencies puts there. */
function installProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), "guests-"));
  for (const { name, code } of files) writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, "Pulumi.yaml"), "name: guests\nruntime: nodejs\n");
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  aws:region: eu-central-1\n");
  writeFileSync(join(folder, "package-lock.json"), "{}");
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/order-pipeline"));
  for (const name of ["@pulumi", "zod"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  return folder;
}

it("the program of docs/extending.md has ten lines and its imports, and is hosted: a message sent is consumed", async () => {
  expect(files.map(({ name }) => name)).toEqual(["index.ts", "greet-handler.ts"]);
  const lines = files[0]?.code.split("\n").filter((line) => line !== "" && !line.startsWith("import "));
  expect(lines?.length).toBeLessThanOrEqual(10);

  const projectDir = installProgram();
  const folder = join(projectDir, ".local");
  const host = await HostProcess.start({ projectDir, folder, options: ["--no-warm"] });
  try {
    const QueueUrl = host.output("queue_url");
    const queues = new SQSClient({
      endpoint: new URL(QueueUrl).origin,
      region: "eu-central-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: "Ada" }));
    await eventually(() => {
      const [log = ""] = readdirSync(join(folder, "logs"), { recursive: true, encoding: "utf8" }).filter((name) =>
        /greet.*\.log$/.test(name),
      );
      expect(readFileSync(join(folder, "logs", log), "utf8")).toContain("Welcome, Ada");
    });
    queues.destroy();
  } finally {
    await host.end("SIGINT");
  }
});
