import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeArguments } from "pulumi-local-host/host-command";
import { stubService } from "pulumi-local-host/testing/stub-service";
import { expect, it } from "vitest";
import { externalLinksIn } from "./external-links/external-links-in";
import { resolveLink } from "./external-links/resolve-link";

const html = (body: string) => ({ status: 200, headers: { "content-type": "text/html" }, text: body });

/** A stand-in for every site: `/<host>/<path>`, as `--via` asks it. */
const sites = () =>
  stubService(({ path }, index) => {
    if (path === "/site.dev/page") return html('<h2 id="limits">Limits</h2>');
    if (path === "/site.dev/before") return { status: 301, headers: { location: "/site.dev/page" } };
    if (path === "/site.dev/busy") return index === 0 ? { status: 503 } : html("");
    return { status: path === "/site.dev/private" ? 403 : 404 };
  });

it("links are found in a document and in comments of code, with their lines, and not those that are nobody's", () => {
  const markdown =
    "See [it](https://site.dev/a_(b)).\n\nOr https://site.dev/c#d, https://shop.example.com/, http://localhost:3000.";
  expect(externalLinksIn("a.md", markdown)).toEqual([
    { url: "https://site.dev/a_(b)", line: 1 },
    { url: "https://site.dev/c#d", line: 3 },
  ]);
  const code = [
    'const url = "https://site.dev/not-read";',
    "/** Why: https://site.dev/block. */",
    "const limit = 5; // https://site.dev/line",
    " * https://site.dev/star",
  ].join("\n");
  expect(externalLinksIn("a.ts", code).map(({ url }) => url)).toEqual([
    "https://site.dev/block",
    "https://site.dev/line",
    "https://site.dev/star",
  ]);
});

it("a link is alive when its page has its heading; what tells nothing is tried again", async () => {
  await using stub = await sites();
  const resolve = (path: string) =>
    resolveLink(`https://site.dev${path}`, { retries: 1, timeout: 5, pause: 0.01, via: stub.url });
  expect(await resolve("/busy")).toEqual({ kind: "found", detail: "200" });
  expect(await resolve("/page#limits")).toEqual({ kind: "found", detail: "200" });
  expect(await resolve("/page#quotas")).toEqual({ kind: "dead", detail: "the page has no #quotas" });
  expect(await resolve("/before")).toEqual({ kind: "moved", detail: `to ${stub.url}/site.dev/page` });
  expect(await resolve("/gone")).toEqual({ kind: "dead", detail: "404" });
  expect(await resolve("/private")).toEqual({ kind: "unknown", detail: "403" });
  expect(stub.requests.filter(({ path }) => path.endsWith("private"))).toHaveLength(2);
});

it("npm run links names file and line of a dead link, and ends with exit code 1; 2 for a wrong command line", async () => {
  await using stub = await sites();
  const folder = mkdtempSync(join(tmpdir(), "links-"));
  const run = (...args: readonly string[]) =>
    new Promise<{ code: number; stdout: string }>((settle) => {
      const command = [...nodeArguments, join(__dirname, "external-links/main.ts"), ...args];
      execFile(process.execPath, command, { cwd: folder }, (error, stdout) =>
        settle({ code: typeof error?.code === "number" ? error.code : 0, stdout }),
      );
    });
  try {
    writeFileSync(join(folder, "good.md"), "https://site.dev/page\n");
    writeFileSync(join(folder, "bad.md"), "\nhttps://site.dev/gone\nhttps://site.dev/private\n");
    const options = ["--via", stub.url, "--retries", "0"];
    const runs = [run("good.md", ...options), run("bad.md", "good.md", ...options), run("--speed")];
    const [good, bad, wrong] = await Promise.all(runs);
    expect(good).toEqual({ code: 0, stdout: "1 links: 1 found, 0 moved, 0 dead, 0 not known.\n" });
    expect(bad?.code).toBe(1);
    expect(bad?.stdout.split("\n").sort()).toEqual([
      "",
      "3 links: 1 found, 0 moved, 1 dead, 1 not known.",
      "bad.md:2: dead https://site.dev/gone (404)",
      "bad.md:3: unknown https://site.dev/private (403)",
    ]);
    expect(wrong?.code).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
