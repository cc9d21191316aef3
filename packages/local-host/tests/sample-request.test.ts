import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sampleRequest } from "../src/sample-request";

it("can be pasted into a shell, wherever the token is kept", async () => {
  const tokenFile = join(mkdtempSync(join(tmpdir(), "it's a folder (1) ")), "token");
  writeFileSync(tokenFile, "the-token");
  const example = { note: "it's $HOME" };
  const document = { paths: { "/notes": { post: { requestBody: { content: { "application/json": { example } } } } } } };
  const server = createServer((_request, response) => response.end(JSON.stringify(document))).listen(0);
  await once(server, "listening");
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const command = await sampleRequest(`http://localhost:${port}`, tokenFile);
  server.close();
  const args = execFileSync("sh", ["-c", `curl() { printf '%s\\n' "$@"; }\n${command}`], { encoding: "utf8" });
  expect(args).toContain("authorization: Bearer the-token\n");
  expect(args).toContain(JSON.stringify(example));
});
