import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(__dirname, "../..");

/** Rows of three cells, the second of which is a test's file. */
const rows = [
  ...readFileSync(join(root, "tests/README.md"), "utf8").matchAll(/^\|[^|]*\| `([^`]+\.test\.ts)` \| (.+) \|$/gm),
];

describe("the table of what people really send", () => {
  it("has rows", () => {
    expect(rows.length).toBeGreaterThan(60);
  });

  it.each(rows.map(([, file = "", name = ""]) => [file, name] as const))("names a test of %s: %s", (file, name) => {
    expect(readFileSync(join(root, file), "utf8")).toContain(name);
  });
});
