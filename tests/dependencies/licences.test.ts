import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const projectDir = join(__dirname, "../..");

const locked = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        license: z.string().optional(),
        integrity: z.string().optional(),
        dev: z.boolean().optional(),
        link: z.boolean().optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(projectDir, "package-lock.json"), "utf8")));

/** What is installed, without the project itself and its own packages. */
const packages = Object.entries(locked.packages)
  .filter(([path, { link }]) => path.startsWith("node_modules/") && link !== true)
  .map(([path, { license, integrity, dev = false }]) => ({ path, license, integrity, dev }));

/** Ask for no more than to be named. */
const permissive = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "Python-2.0"];
/** Of data, not of code: the list of licences itself. */
const ofData = ["CC-BY-3.0", "CC0-1.0"];
/** Weak copyleft, by file: a compiler of style sheets that vitest brings along, in no bundle. */
const inDevelopment = ["MPL-2.0"];
/** Their package.json points to a file. */
const read: Readonly<Record<string, string>> = { "node_modules/@logdna/tail-file": "MIT" };

/**
 * The DynamoDB engine for the platforms that the lock file is not made on: their entries are written by hand, and the
 * registry it is made with does not have them, so that there is no hash to write. npm takes the one that fits the machine.
 */
const withoutHash = ["darwin-arm64", "darwin-x64", "linux-arm64", "win32-x64"].map(
  (platform) => `node_modules/@dynoxide/${platform}`,
);

const namesOf = (license: string): readonly string[] => license.replaceAll(/[()]/g, "").split(/ OR | AND /);

const unexpected = (allowed: readonly string[], dev: boolean): readonly string[] =>
  packages
    .filter((each) => each.dev === dev)
    .map(({ path, license }) => ({ path, license: read[path] ?? license ?? "none" }))
    .filter(({ license }) => !namesOf(license).every((name) => allowed.includes(name)))
    .map(({ path, license }) => `${path}: ${license}`);

describe("the licence of each package", () => {
  it("that a deployment needs is permissive", () => {
    expect(packages.filter(({ dev }) => !dev).length).toBeGreaterThan(100);
    expect(unexpected([...permissive, ...ofData], false)).toEqual([]);
  });

  it("that only development needs is not a strong copyleft", () => {
    expect(unexpected([...permissive, ...ofData, ...inDevelopment], true)).toEqual([]);
  });
});

describe("the lock file", () => {
  it("names no registry and gives each package a hash but the engine of other platforms", () => {
    const text = readFileSync(join(projectDir, "package-lock.json"), "utf8");
    // A package of the project itself is a link to its folder.
    expect(text.match(/"resolved": "(?!packages\/)/g)).toBeNull();
    const unhashed = packages.filter(({ integrity }) => integrity?.startsWith("sha512-") !== true);
    expect(unhashed.map(({ path }) => path)).toEqual(withoutHash);
  });
});
