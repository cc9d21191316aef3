import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AccessControl, allowEverything } from "../src/kernel/endpoint/access-control";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { CallCounts } from "../src/kernel/usage/call-counts";
import { asRole, queueArn, roleArn, tableArn } from "./iam-fixture";

const put = { principal: asRole, action: "dynamodb:PutItem", resourceArn: tableArn };
const send = { principal: { kind: "developer" }, action: "sqs:SendMessage", resourceArn: queueArn } as const;

let counts: CallCounts;
let server: Server;
let url: string;

beforeEach(async () => {
  counts = new CallCounts();
  server = createServer((request, response) => {
    if (!counts.serve(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens has an address with a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_local/calls`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("calls on this machine", () => {
  it("are counted by caller, action and resource, and begun anew by DELETE", async () => {
    const access = counts.counting(allowEverything);
    access.check(put);
    access.check(put);
    access.check(send);
    expect(await (await fetch(url)).json()).toEqual({
      calls: [
        { caller: roleArn, action: "dynamodb:PutItem", resource: tableArn, count: 2 },
        { caller: "developer", action: "sqs:SendMessage", resource: queueArn, count: 1 },
      ],
    });
    expect((await fetch(url, { method: "DELETE" })).status).toBe(200);
    expect(await (await fetch(url)).json()).toEqual({ calls: [] });
  });

  it("are not counted when they are refused, and stay refused", () => {
    const refusing: AccessControl = {
      ...allowEverything,
      check: () => {
        throw new AwsError("AccessDeniedException", "no");
      },
    };
    expect(() => counts.counting(refusing).check(put)).toThrow("no");
    expect(counts.list()).toEqual([]);
  });

  it("are for GET and DELETE alone; another path is not theirs", async () => {
    expect((await fetch(url, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${url}-of-mine`)).status).toBe(404);
  });
});
