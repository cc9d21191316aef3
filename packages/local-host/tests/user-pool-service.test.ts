import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { accountId, region } from "./http-api-fixture";
import {
  bodyOf,
  clientId,
  cognito,
  dataDir,
  newDataDir,
  type PoolShape,
  poolId,
  secretOf,
  startPool,
} from "./user-pool-fixture";

beforeEach(newDataDir);

describe("the cognito-idp service", () => {
  it("shows a client with its secret, the same after a restart", async () => {
    const secret = await secretOf(await startPool());
    expect(secret).toMatch(/^[a-z0-9]{51}$/);
    expect(await secretOf(await startPool())).toBe(secret);
  });

  it("shows the secret that the program was given, where it was given one, whatever was kept before", async () => {
    await startPool();
    expect(await secretOf(await startPool({ clientOutputs: { clientSecret: "known" } }))).toBe("known");
  });

  it("lists pools and clients, and asks whether each call is allowed", async () => {
    const checks: string[] = [];
    const host = await startPool({}, ({ action, resourceArn }) => checks.push(`${action} ${resourceArn}`));
    expect(bodyOf(await cognito(host, "ListUserPools", { MaxResults: 10 }))).toEqual({
      UserPools: [{ Id: poolId, Name: "customers" }],
    });
    expect(bodyOf(await cognito(host, "ListUserPoolClients", { UserPoolId: poolId }))).toEqual({
      UserPoolClients: [{ ClientId: clientId, ClientName: "back-end", UserPoolId: poolId }],
    });
    expect(bodyOf(await cognito(host, "DescribeUserPool", { UserPoolId: poolId }))).toMatchObject({
      UserPool: { Domain: "shop" },
    });
    const arn = `arn:aws:cognito-idp:${region}:${accountId}:userpool/${poolId}`;
    expect(checks).toEqual([
      "cognito-idp:ListUserPools *",
      `cognito-idp:ListUserPoolClients ${arn}`,
      `cognito-idp:DescribeUserPool ${arn}`,
    ]);
  });

  it.each([
    ["DescribeUserPool", { UserPoolId: "other" }, "ResourceNotFoundException"],
    ["DescribeUserPoolClient", { UserPoolId: poolId, ClientId: "other" }, "ResourceNotFoundException"],
    ["DescribeUserPoolClient", { UserPoolId: poolId }, "InvalidParameterException"],
    ["SignUp", {}, "UnknownOperationException"],
  ])("rejects %s of %j as AWS does", async (action, input, code) => {
    const failure = await cognito(await startPool(), action, input).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AwsError);
    expect(failure).toMatchObject({ name: code });
  });
});

describe("what a user pool declares", () => {
  const refused: readonly [string, PoolShape, RegExp][] = [
    [
      "triggers",
      { pool: { lambdaConfig: {} } },
      /abcdefghi: the local host does not support the property lambdaConfig/,
    ],
    [
      "a domain of one's own",
      { domain: { certificateArn: "arn:x" } },
      /domain: the local host does not support the property certificateArn/,
    ],
    [
      "a domain that is not a prefix",
      { domain: { domain: "auth.shop.example" } },
      /the property domain is "auth.shop.example", .* must be a prefix/,
    ],
    [
      "a scope that no resource server has",
      { client: { allowedOauthScopes: ["photos/none"] } },
      /machine: property allowedOauthScopes has photos\/none, .* Declared: photos\/read, photos\/write/,
    ],
    [
      "client credentials without a secret",
      { client: { generateSecret: false } },
      /property allowedOauthFlows has client_credentials, which needs generateSecret/,
    ],
    [
      "client credentials beside another flow",
      { client: { allowedOauthFlows: ["code", "client_credentials"] } },
      /no other flow beside it/,
    ],
    [
      "tokens of more than a day",
      { client: { accessTokenValidity: 25 } },
      /property accessTokenValidity is 25 hours, AWS allows 5 minutes to 24 hours/,
    ],
    [
      "a client of another pool",
      { client: { userPoolId: "gone" } },
      /machine: property userPoolId is "gone", which is not a user pool/,
    ],
  ];

  it.each(refused)("is refused, by its URN and property: %s", async (_, shape, message) => {
    await expect(startPool(shape)).rejects.toThrow(message);
  });

  it("keeps nothing that a crash left half written", async () => {
    await startPool();
    expect(readdirSync(join(dataDir, "user-pool"))).toEqual([`${poolId}.json`]);
    writeFileSync(join(dataDir, "user-pool", `${poolId}.json`), "{");
    await expect(startPool()).rejects.toThrow(/does not hold a user pool's keys/);
  });
});
