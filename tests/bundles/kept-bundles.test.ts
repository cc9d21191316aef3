import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keptBundles } from "../../components/building-blocks/kept-bundles";

let folder: string;

const save = (name: string, text: string, savedAt = 1): void => {
  writeFileSync(join(folder, name), text);
  utimesSync(join(folder, name), savedAt, savedAt);
};

const scriptOf = async (): Promise<string> =>
  (await keptBundles([join(folder, "handler.ts")], join(folder, "kept")))[0]?.script ?? "";

/** Replaces what a built script says, in what is kept. */
const mark = (built: string, mark: string): void => {
  const [name = ""] = readdirSync(join(folder, "kept"));
  const file = join(folder, "kept", name);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(built, mark));
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kept-bundles-"));
  save("handler.ts", 'import { text } from "./text"; export const handler = () => text;');
  save("text.ts", 'export const text = "built";');
});

afterEach(() => rmSync(folder, { recursive: true }));

it("builds once what has not changed", async () => {
  expect(await scriptOf()).toContain('"built"');
  mark("built", "kept");
  expect(await scriptOf()).toContain('"kept"');
});

it("builds again when a file that it imports has changed, though size and time are the same", async () => {
  await scriptOf();
  save("text.ts", 'export const text = "again";');
  expect(await scriptOf()).toContain('"again"');
});

it("builds again when what was kept cannot be read", async () => {
  await scriptOf();
  mark('"value"', "");
  expect(await scriptOf()).toContain('"built"');
});

it("keeps nothing of a file that was saved while it was built", async () => {
  save("text.ts", 'export const text = "built";', Date.now() / 1_000 + 60);
  await scriptOf();
  expect(readdirSync(folder)).not.toContain("kept");
});
