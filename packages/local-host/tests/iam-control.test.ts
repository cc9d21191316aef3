import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HostEvents } from "../src/kernel/host-events";
import { type LocalIam, localIam } from "../src/kernel/iam/local-iam";
import { serviceDeclarations } from "../src/service-declarations";
import { allow, asRole, graphOf, policy, queueArn, role, roleArn, rolePolicy, tableArn } from "./iam-fixture";

let folder: string;
let iam: LocalIam;
let server: Server;
let url: string;
let happened: string[];

const put = () => iam.access.check({ principal: asRole, action: "dynamodb:PutItem", resourceArn: tableArn });
const send = () => iam.access.check({ principal: asRole, action: "sqs:SendMessage", resourceArn: queueArn });

const post = async (body: unknown, contentType = "application/json") => {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": contentType },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "iam-"));
  happened = [];
  const events = new HostEvents();
  events.subscribe(({ resource, what }) => happened.push(`${resource} ${what}`));
  const graph = graphOf(role(), rolePolicy(policy(allow(["dynamodb:PutItem", "dynamodb:GetItem"], tableArn))));
  iam = localIam(graph, serviceDeclarations, folder, events, true);
  server = createServer((request, response) => {
    if (!iam.serve(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has an address with a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_local/iam`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("permissions on this machine", () => {
  it("are listed with their use and what was refused", async () => {
    put();
    expect(send).toThrow("sqs:sendmessage");
    expect(send).toThrow("sqs:sendmessage");
    const grant = { kind: "identity", holder: roleArn, resource: tableArn, sources: [], removed: false };
    expect(await (await fetch(url)).json()).toEqual({
      grants: [
        { ...grant, action: "dynamodb:PutItem", used: true },
        { ...grant, action: "dynamodb:GetItem", used: false },
      ],
      denied: [
        {
          caller: roleArn,
          action: "sqs:SendMessage",
          resource: queueArn,
          message: expect.stringContaining("no identity-based policy allows the sqs:sendmessage action"),
        },
      ],
    });
    expect(happened).toEqual(["writer denied"]);
  });

  it("are taken away and given back", async () => {
    const change = { holder: "writer", action: "dynamodb:PutItem" };
    expect(await post({ ...change, denied: true })).toEqual({ status: 200, body: { changed: 1 } });
    expect(put).toThrow("no identity-based policy allows the dynamodb:PutItem action");
    expect(await post({ ...change, holder: roleArn, resource: tableArn, denied: false })).toEqual({
      status: 200,
      body: { changed: 1 },
    });
    put();
  });

  it("that do not exist cannot be taken away: those there are are named", async () => {
    expect(await post({ holder: "writer", action: "dynamodb:DeleteItem", denied: true })).toEqual({
      status: 404,
      body: {
        message: `writer has no permission dynamodb:DeleteItem on anything. It has: dynamodb:PutItem on ${tableArn}; dynamodb:GetItem on ${tableArn}.`,
      },
    });
  });

  it("are out of reach for a web page, and for a request that is not understood", async () => {
    const change = { holder: "writer", action: "dynamodb:PutItem", denied: true };
    expect((await post(change, "text/plain")).status).toBe(415);
    expect((await post({ ...change, role: "writer" })).status).toBe(400);
    expect((await fetch(url, { method: "PUT" })).status).toBe(405);
    put();
  });

  it("leave a record in the data folder, a line for each that was used or refused", () => {
    put();
    put();
    expect(send).toThrow();
    const lines = readFileSync(join(folder, "iam/permissions.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { used: "dynamodb:PutItem", caller: roleArn, resource: tableArn, grant: tableArn },
      { denied: "sqs:SendMessage", caller: roleArn, resource: queueArn, message: expect.any(String) },
    ]);
  });

  it("are recorded anew when the record is deleted", async () => {
    put();
    expect(send).toThrow();
    expect((await fetch(url, { method: "DELETE" })).status).toBe(200);
    expect(await (await fetch(url)).json()).toMatchObject({ grants: [{ used: false }, { used: false }], denied: [] });
    put();
    expect(await (await fetch(url)).json()).toMatchObject({ grants: [{ used: true }, { used: false }], denied: [] });
  });

  it("are not asked for when IAM is off", async () => {
    iam = localIam(graphOf(role()), serviceDeclarations, folder, new HostEvents(), false);
    put();
    send();
    expect((await fetch(url)).status).toBe(404);
  });
});
