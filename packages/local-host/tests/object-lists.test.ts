import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawBucket } from "./bucket-request";

let bucket: RawBucket;

beforeAll(async () => {
  bucket = await RawBucket.start();
  for (const key of ["a/1", "a/2", "a/b/3", "b", "c (1)!~ä&+.txt", "d/4", "ﬀ", "😀"]) {
    await bucket.put(encodeURIComponent(key), key);
  }
});
afterAll(() => bucket?.host.stop());

const list = async (query: string) => {
  const { status, code, body } = await bucket.send("GET", `?${query}`);
  const document = body.toString();
  const all = (name: string) =>
    [...document.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text]) => text);
  const one = (name: string) => all(name)[0];
  const prefixes = document.match(/<CommonPrefixes><Prefix>[^<]*/g)?.map((each) => each.replace(/.*>/, "")) ?? [];
  return { status, code, keys: all("Key"), prefixes, one };
};

describe("a list of objects", () => {
  it("is in the order of the keys' bytes", async () => {
    const { keys, one } = await list("list-type=2&prefix=");
    expect(keys).toEqual(["a/1", "a/2", "a/b/3", "b", "c (1)!~ä&amp;+.txt", "d/4", "ﬀ", "😀"]);
    expect([one("IsTruncated"), one("KeyCount"), one("Name")]).toEqual(["false", "8", "drop-box"]);
  });

  it("has what keys have in common up to the delimiter once", async () => {
    const root = await list("list-type=2&delimiter=%2F");
    expect(root.prefixes).toEqual(["a/", "d/"]);
    expect(root.keys).toEqual(["b", "c (1)!~ä&amp;+.txt", "ﬀ", "😀"]);
    const inner = await list("list-type=2&delimiter=%2F&prefix=a%2F");
    expect([inner.keys, inner.prefixes]).toEqual([["a/1", "a/2"], ["a/b/"]]);
  });

  it.each([1, 2, 3])("comes in pages of %i, each entry once", async (maxKeys) => {
    const found: (string | undefined)[] = [];
    let query = `list-type=2&delimiter=%2F&max-keys=${maxKeys}`;
    for (;;) {
      const page = await list(query);
      const entries = [...page.keys, ...page.prefixes];
      expect(entries.length).toBeLessThanOrEqual(maxKeys);
      found.push(...entries);
      const token = page.one("NextContinuationToken");
      expect(page.one("IsTruncated")).toBe(String(token !== undefined));
      if (token === undefined) break;
      query = `list-type=2&delimiter=%2F&max-keys=${maxKeys}&continuation-token=${token}`;
    }
    expect(found.toSorted()).toEqual(["a/", "b", "c (1)!~ä&amp;+.txt", "d/", "ﬀ", "😀"].toSorted());
  });

  it("of the first version goes on behind a marker", async () => {
    const first = await list("delimiter=%2F&max-keys=1");
    expect([first.prefixes, first.one("NextMarker")]).toEqual([["a/"], "a/"]);
    const second = await list("delimiter=%2F&max-keys=1&marker=a%2F");
    expect([second.keys, second.prefixes, second.one("NextMarker")]).toEqual([["b"], [], "b"]);
    expect((await list("max-keys=1")).one("NextMarker")).toBeUndefined();
    expect((await list("marker=b&prefix=d")).keys).toEqual(["d/4"]);
  });

  it("begins behind start-after", async () => {
    const { keys, one } = await list("list-type=2&start-after=d%2F&max-keys=2");
    expect([keys, one("StartAfter")]).toEqual([["d/4", "ﬀ"], "d/"]);
  });

  it("of no keys is not cut short", async () => {
    const { keys, one } = await list("list-type=2&max-keys=0");
    expect([keys, one("IsTruncated"), one("MaxKeys")]).toEqual([[], "false", "0"]);
  });

  it("has its texts encoded where that is asked for", async () => {
    const { keys, one } = await list("list-type=2&encoding-type=url&prefix=c%20&delimiter=%2F&start-after=a%2F1%202");
    expect(keys).toEqual(["c+%281%29%21%7E%C3%A4%26%2B.txt"]);
    expect([one("EncodingType"), one("Prefix"), one("Delimiter"), one("StartAfter")]).toEqual([
      "url",
      "c+",
      "/",
      "a/1+2",
    ]);
  });

  it.each([
    ["list-type=2&continuation-token=nonsense", "The continuation token provided is incorrect"],
    ["list-type=2&continuation-token=", "The continuation token provided is incorrect"],
    ["list-type=2&encoding-type=base64", "Invalid Encoding Method specified in Request"],
    ["list-type=2&max-keys=many", "Provided max-keys not an integer or within integer range"],
    ["max-keys=-1", "Provided max-keys not an integer or within integer range"],
  ])("asked for with %s is an InvalidArgument", async (query, message) => {
    const answer = await list(query);
    expect([answer.status, answer.code, answer.one("Message")]).toEqual([400, "InvalidArgument", message]);
  });

  it("of versions is of each object's one where the bucket keeps none, by delimiter as well", async () => {
    const all = await list("versions&prefix=a%2F&delimiter=%2F");
    expect([all.keys, all.prefixes, all.one("VersionId")]).toEqual([["a/1", "a/2"], ["a/b/"], "null"]);
  });
});
