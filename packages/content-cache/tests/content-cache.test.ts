import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ContentCache, contentHashes } from "../src/content-cache";

let folder: string;
const path = (name: string): string => join(folder, name);
const cacheFor = (key: unknown): ContentCache<string> => new ContentCache(path("kept"), { key });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "content-cache-"));
  writeFileSync(path("source.ts"), "one");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("a content cache", () => {
  it("gives what was written, under its key alone", () => {
    cacheFor(["a", 1]).write("result", contentHashes([path("source.ts")]));
    expect(cacheFor(["a", 1]).read()).toBe("result");
    expect(cacheFor(["a", 2]).read()).toBeUndefined();
  });

  it("gives nothing when a file has another content, though size and time are the same", () => {
    utimesSync(path("source.ts"), 1, 1);
    cacheFor("a").write("result", contentHashes([path("source.ts")]));
    writeFileSync(path("source.ts"), "two");
    utimesSync(path("source.ts"), 1, 1);
    expect(cacheFor("a").read()).toBeUndefined();
  });

  it("gives what was written when a file was saved again as it was", () => {
    cacheFor("a").write("result", contentHashes([path("source.ts")]));
    writeFileSync(path("source.ts"), "one");
    utimesSync(path("source.ts"), 1, 1);
    expect(cacheFor("a").read()).toBe("result");
  });

  it("gives nothing when a file is gone, or a name was added to a folder", () => {
    mkdirSync(path("sources"));
    cacheFor("file").write("result", contentHashes([path("source.ts")]));
    cacheFor("folder").write("result", contentHashes([path("sources")]));
    rmSync(path("source.ts"));
    writeFileSync(path("sources/new.ts"), "");
    expect([cacheFor("file").read(), cacheFor("folder").read()]).toEqual([undefined, undefined]);
  });

  it("gives nothing when what is kept was cut off", () => {
    cacheFor("a").write("result", {});
    const [name = ""] = readdirSync(path("kept"));
    writeFileSync(path(`kept/${name}`), readFileSync(path(`kept/${name}`), "utf8").slice(0, -3));
    expect(cacheFor("a").read()).toBeUndefined();
  });

  it("writes what is sealed, and opens it again", () => {
    const cache = new ContentCache<string>(path("kept"), {
      key: "a",
      open: (text) => text.replaceAll("***", "secret"),
    });
    cache.write("a secret", {}, (text) => text.replaceAll("secret", "***"));
    const [name = ""] = readdirSync(path("kept"));
    expect(readFileSync(path(`kept/${name}`), "utf8")).not.toContain("secret");
    expect(cache.read()).toBe("a secret");
  });

  it("keeps the 50 results that were written last", () => {
    for (let index = 0; index < 60; index += 1) {
      cacheFor(index).write("result", {});
      for (const name of readdirSync(path("kept"))) utimesSync(path(`kept/${name}`), index, index);
    }
    expect(readdirSync(path("kept"))).toHaveLength(50);
    expect(cacheFor(59).read()).toBe("result");
  });
});
