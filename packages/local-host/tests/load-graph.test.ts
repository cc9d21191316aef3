import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { loadGraph } from "../src/kernel/program/load-graph";

const folder = mkdtempSync(join(tmpdir(), "load-graph-"));
const source = join(folder, "source.txt");
const evaluations = join(folder, "evaluations.txt");

afterAll(() => rmSync(folder, { recursive: true }));

const load = () =>
  loadGraph({
    projectDir: join(__dirname, "fixtures/built-code"),
    stack: "dev",
    overrides: { source, evaluations },
    awsEndpoint: "http://localhost:4566",
    apiEndpoint: "http://localhost:3000",
  });

const timesEvaluated = (): number => readFileSync(evaluations, "utf8").split("\n").length - 1;

it("evaluates a program once for the same files, though it builds its code in a folder that it removes again", async () => {
  writeFileSync(source, "first");
  const first = await load();
  expect(await load()).toEqual(first);
  expect(timesEvaluated()).toBe(1);

  writeFileSync(source, "second");
  expect(await load()).not.toEqual(first);
  expect(timesEvaluated()).toBe(2);
});
