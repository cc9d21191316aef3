import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import type { ResourceNode } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { stackGraph } from "../support/stack-graph";

interface SourceMap {
  readonly sources: readonly string[];
}

/** The SDK asks for it where it is installed, for SigV4a; nothing here needs it. */
const optionalInSdk = "@aws-sdk/signature-v4-crt";

let functions: readonly ResourceNode[];

beforeAll(async () => {
  const graph = await stackGraph("prod");
  functions = graph.resources.filter(({ type }) => type === "aws:lambda/function:Function");
});

const folderOf = ({ inputs }: ResourceNode): string => (inputs["code"] as { archive: string }).archive;
const scriptOf = (node: ResourceNode): string => readFileSync(join(folderOf(node), "index.js"), "utf8");
const mapOf = (node: ResourceNode): SourceMap =>
  JSON.parse(readFileSync(join(folderOf(node), "index.js.map"), "utf8")) as SourceMap;
const variablesOf = ({ inputs }: ResourceNode): Record<string, string> =>
  (inputs["environment"] as { variables: Record<string, string> }).variables;

describe("the bundle of every function", () => {
  it("starts as Lambda starts it, with its declared variables, and exports its handler", () => {
    for (const node of functions) {
      const exportName = String(node.inputs["handler"]).replace("index.", "");
      // The key's parameter is read in the init phase, which is not awaited here; nothing may fail before.
      const check = `const it = require(${JSON.stringify(join(folderOf(node), "index.js"))})[${JSON.stringify(exportName)}];
        process.stdout.write(typeof it); process.exit(0);`;
      const env = { ...variablesOf(node), AWS_LAMBDA_FUNCTION_NAME: node.name, AWS_REGION: "eu-central-1" };
      expect(execFileSync(process.execPath, ["-e", check], { env, encoding: "utf8" })).toBe("function");
    }
  });

  it("names the missing variable when it is started without its environment", () => {
    for (const node of functions) {
      const needed = Object.keys(variablesOf(node)).filter((name) => /TABLE|BUS|ARN|_URL$|^SLACK/.test(name));
      if (needed.length === 0) continue;
      const env = { AWS_LAMBDA_FUNCTION_NAME: node.name, AWS_REGION: "eu-central-1" };
      const start = () =>
        execFileSync(process.execPath, [join(folderOf(node), "index.js")], {
          env,
          stdio: ["ignore", "ignore", "pipe"],
        });
      for (const name of needed) expect(start).toThrow(name);
    }
  });

  it("holds no handler but its own", () => {
    for (const node of functions) {
      const handlers = mapOf(node).sources.filter(
        (source) => source.endsWith("-handler.ts") && !source.includes("runtime/lambda/"),
      );
      expect(handlers).toEqual([
        expect.stringMatching(`^runtime/[a-z-]+/${node.name.replace("orders-", "")}-handler.ts$`),
      ]);
    }
  });

  it("is one script of at most 200 KB zipped, with a source map of own code only", () => {
    for (const node of functions) {
      const map = mapOf(node);
      expect(map.sources.filter((source) => source.includes("node_modules"))).toEqual([]);
      const zipped = deflateRawSync(scriptOf(node)).length + deflateRawSync(JSON.stringify(map)).length;
      expect(zipped).toBeLessThan(200 * 1024);
    }
  });

  it("requires nothing but Node itself, so no development dependency and nothing of Pulumi", () => {
    for (const node of functions) {
      const required = [...scriptOf(node).matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name ?? "");
      expect(required).not.toEqual([]);
      expect(required.filter((name) => !isBuiltin(name) && name !== optionalInSdk)).toEqual([]);
    }
  });

  it("holds no secret and no path of the machine that built it", () => {
    for (const node of functions) {
      const code = scriptOf(node) + JSON.stringify(mapOf(node));
      expect(code).not.toContain("key-for-tests");
      expect(code).not.toContain(process.cwd());
    }
  });
});
