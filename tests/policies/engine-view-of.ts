import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { nodeArguments } from "../../local/node-arguments";
import type { DeclaredResource } from "./declared-resource";
import type { EngineViewRequest } from "./engine-view-request";

/** The resources of a program, as the engine knows them in the first preview or update of a stack. */
export async function engineViewOf(request: Omit<EngineViewRequest, "output">): Promise<readonly DeclaredResource[]> {
  const folder = mkdtempSync(join(tmpdir(), "policies-"));
  try {
    const output = join(folder, "resources.json");
    await run({ ...request, output });
    // Written by engine-view.ts, from values of this very type.
    return JSON.parse(readFileSync(output, "utf8")) as readonly DeclaredResource[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const run = (request: EngineViewRequest): Promise<void> =>
  new Promise((settle, refuse) => {
    const script = join(__dirname, "engine-view.ts");
    const child = spawn(process.execPath, [...nodeArguments, script, JSON.stringify(request)], {
      stdio: ["ignore", "inherit", "pipe"],
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    child.on("error", refuse);
    child.on("close", (code) => {
      if (code === 0) settle();
      else refuse(new Error(complaint));
    });
  });

const root = join(__dirname, "../..");

/** The stack's configuration, with stand-ins for its secrets. */
export function configOf(stack: string): Readonly<Record<string, string>> {
  // The project's own file; its values are texts, or nested ones that Pulumi hands on as JSON.
  const { config } = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  const given = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const secrets = stack === "dev" ? {} : { "order-pipeline:paymentKey": "key", "order-pipeline:shippingKey": "key" };
  return { ...Object.fromEntries(given), ...secrets };
}
