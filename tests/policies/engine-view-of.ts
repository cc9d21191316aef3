import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runScript } from "pulumi-local-host/run-script";
import { parse } from "yaml";
import { standInSettings } from "../../settings/stand-in-settings";
import type { DeclaredResource } from "./declared-resource";
import type { EngineViewRequest } from "./engine-view-request";

/** The resources of a program, as the engine knows them in the first preview or update of a stack. */
export async function engineViewOf(request: Omit<EngineViewRequest, "output">): Promise<readonly DeclaredResource[]> {
  const folder = mkdtempSync(join(tmpdir(), "policies-"));
  try {
    const output = join(folder, "resources.json");
    const { code, complaint } = await runScript(join(__dirname, "engine-view.ts"), { ...request, output });
    if (code !== 0) throw new Error(complaint);
    // Written by engine-view.ts, from values of this very type.
    return JSON.parse(readFileSync(output, "utf8")) as readonly DeclaredResource[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const root = join(__dirname, "../..");

/** The stack's configuration, with what its file leaves to whoever deploys it. */
export function configOf(stack: string): Readonly<Record<string, string>> {
  // The project's own file; its values are texts, or nested ones that Pulumi hands on as JSON.
  const { config } = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  const given = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const own = Object.entries(standInSettings(stack)).map(([key, value]) => [
    key.includes(":") ? key : `order-pipeline:${key}`,
    value,
  ]);
  return Object.fromEntries([...given, ...own]);
}
