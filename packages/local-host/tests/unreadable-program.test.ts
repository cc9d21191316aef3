import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadGraph, ProgramError } from "../src/kernel/program/load-graph";

/** A folder with these files, and what comes of its program. */
const load = (files: Readonly<Record<string, string>>) => {
  const projectDir = mkdtempSync(join(tmpdir(), "load-graph-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(projectDir, name), text);
  const endpoints = { awsEndpoint: "http://localhost:4566", apiEndpoint: "http://localhost:3000" };
  const graph = loadGraph({ projectDir, stack: "dev", ...endpoints });
  return {
    projectDir,
    error: graph.then(
      () => undefined,
      (error: unknown) => error,
    ),
  };
};

describe("a program that cannot be read", () => {
  it("is one without Pulumi.yaml, and the folder is named", async () => {
    const { projectDir, error } = load({});
    expect(await error).toEqual(
      new ProgramError(`${projectDir} has no Pulumi program: there is no Pulumi.yaml in it. Start the host there.`),
    );
  });

  it.each([
    ["a line too far left", "config:\n  aws:region: eu-central-1\n size: small\n", /at line 3, column 1/],
    ["a setting twice", "config:\n  size: small\n  size: large\n", /keys must be unique at line 3/],
  ])("is one whose stack file has %s: the file and the line are named", async (_, yaml, place) => {
    const { projectDir, error } = load({ "Pulumi.yaml": "name: x\nruntime: nodejs\n", "Pulumi.dev.yaml": yaml });
    const failure = await error;
    expect(failure).toBeInstanceOf(ProgramError);
    expect(String(failure)).toContain(`${join(projectDir, "Pulumi.dev.yaml")} is not YAML: `);
    expect(String(failure)).toMatch(place);
  });
});
