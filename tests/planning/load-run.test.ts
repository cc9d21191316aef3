import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeArguments } from "pulumi-local-host/host-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { findTarget } from "../../cli/target";
import { htmlReport, summaryOf } from "../../planning/load/load-report";
import { clockAhead } from "../../planning/load/placed-order";
import { runLoad } from "../../planning/load/run-load";
import { standInPulumi } from "../cli/stand-in-pulumi";
import { type StartedHost, startedHost } from "../support/started-host";

let started: StartedHost;

beforeAll(async () => {
  started = await startedHost();
});

afterAll(() => started.end());

it("a load places every order of its shape and its file, follows each to its end, and makes a page of it", async () => {
  const { host } = started;
  const target = await findTarget({ dataDir: host.folder });
  const shape = { name: "short", phases: [{ name: "only", duration: 2, arrivalRate: 6 }], importRows: 5 };
  const result = await runLoad({ target, token: host.token, shape, factor: 1, patience: 60 });
  expect(summaryOf(result)).toMatchObject({
    requests: 12,
    accepted: 12,
    shipped: 12,
    lost: 0,
    imported: { rows: 5, accepted: 5, ended: 5 },
  });
  expect(result.queue.length).toBeGreaterThan(0);
  const page = htmlReport(result, "a host of the test");
  expect(page.match(/<path class="line"/g)).toHaveLength(4 + 3 + 1 + 1);
  expect(page).not.toMatch(/<script|src=|<link/);
}, 120_000);

describe("npm run load -- --stack", () => {
  const shapeFile =
    "config: { variables: { import_rows: 3 }, phases: [{ name: only, duration: 1, arrivalRate: 4 }] }\n";

  /** The host in the place of a deployed stack: its outputs come from `pulumi`, its services by the SDK's own variables. */
  const loadStack = (env: Readonly<Record<string, string>>) => {
    const { host } = started;
    const shape = join(host.folder, "shape.yml");
    writeFileSync(shape, shapeFile);
    const main = join(__dirname, "../../planning/load/main.ts");
    const report = join(host.folder, "report.html");
    const args = [...nodeArguments, main, "--stack", "dev", "--shape", shape, "--report", report];
    const PATH = standInPulumi(join(host.folder, "bin"), { dev: host.outputs });
    return new Promise<{ code: number; stdout: string; stderr: string; page: () => string }>((settle) => {
      execFile(process.execPath, args, { env: { PATH, HOME: host.folder, ...env } }, (error, stdout, stderr) =>
        settle({
          code: typeof error?.code === "number" ? error.code : 0,
          stdout,
          stderr,
          page: () => readFileSync(report, "utf8"),
        }),
      );
    });
  };

  const credentials = () => ({
    AWS_ENDPOINT_URL: started.host.awsEndpoint,
    // By its address: a bucket's name in front of `localhost` is not a name that every machine knows.
    AWS_ENDPOINT_URL_S3: started.host.awsEndpoint.replace("localhost", "127.0.0.1"),
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  });

  it("takes outputs from Pulumi, the token from the user pool, and AWS's services by the credentials", async () => {
    const { host } = started;
    const answer = await fetch(host.awsEndpoint, {
      method: "POST",
      headers: { "x-amz-target": "AWSCognitoIdentityProviderService.DescribeUserPoolClient" },
      body: JSON.stringify({
        UserPoolId: host.output("user_pool_id"),
        ClientId: host.output("user_pool_client_id"),
      }),
    });
    const described = z.object({ UserPoolClient: z.object({ ClientSecret: z.string() }) }).parse(await answer.json());
    const run = await loadStack({ ...credentials(), ORDERS_CLIENT_SECRET: described.UserPoolClient.ClientSecret });
    expect({ code: run.code, stderr: run.stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("4 orders in 1 s on the stack dev\n"),
    });
    expect(JSON.parse(run.stdout)).toMatchObject({
      accepted: 4,
      shipped: 4,
      lost: 0,
      imported: { rows: 3, accepted: 3, ended: 3 },
    });
    expect(run.page()).toContain("on the stack dev");
  });

  it.each([
    [
      "without AWS credentials",
      () => ({ ORDERS_TOKEN: started.host.token, AWS_EC2_METADATA_DISABLED: "true" }),
      "There are no AWS credentials, which trace, publish, import, dlq, replay, smoke and load need on a stack",
    ],
    ["without a token", credentials, "A token is needed: give one with --token or ORDERS_TOKEN, or the back end's"],
    ["with a wrong token", () => ({ ...credentials(), ORDERS_TOKEN: "wrong" }), "list: 401 Unauthorized"],
  ])("places nothing %s, and says so", async (_, env, complaint) => {
    const { code, stdout, stderr } = await loadStack(env());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(complaint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("the clock of a stack", () => {
  const order = (answered: number, milliseconds: number, created: number) => ({
    ...{ due: 0, status: 201, orderId: "o-1" },
    ...{ answered, milliseconds, created },
  });

  it("is as far ahead as the fastest answer says", () => {
    expect(clockAhead([order(1, 800, 4), order(2, 20, 4.99)])).toBeCloseTo(3, 5);
    expect(clockAhead([order(2, 20, -1.01)])).toBeCloseTo(-3, 5);
  });

  it("is taken for this machine's where the order may have been made between request and answer", () => {
    expect(clockAhead([order(2, 20, 1.985)])).toBe(0);
    expect(clockAhead([{ due: 0, status: 0, answered: 1, milliseconds: 5 }])).toBe(0);
  });
});
