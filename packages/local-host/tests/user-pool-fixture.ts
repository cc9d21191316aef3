import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccessCheck, allowEverything } from "../src/kernel/endpoint/access-control";
import type { AwsResponse } from "../src/kernel/endpoint/aws-service";
import type { ResourceNode } from "../src/kernel/program/resource-graph";
import { type UserPoolHost, userPoolHost } from "../src/services/cognito/user-pool-host";
import { accountId, contextOf, graphOf, node, RecordingCalls, region } from "./http-api-fixture";

export const poolId = `${region}_abcdefghi`;
export const issuer = `https://cognito-idp.${region}.amazonaws.com/${poolId}`;
export const clientId = "machine";

/** Where pools are kept. */
export let dataDir: string;

/** To be done before each test. */
export const newDataDir = (): void => {
  dataDir = mkdtempSync(join(tmpdir(), "host-pool-"));
};

type Properties = Readonly<Record<string, unknown>>;

export interface PoolShape {
  readonly id?: string;
  readonly pool?: Properties;
  readonly client?: Properties;
  readonly clientOutputs?: Properties;
  readonly domain?: Properties | null;
}

function poolNodes(shape: PoolShape = {}): readonly ResourceNode[] {
  const userPoolId = shape.id ?? poolId;
  return [
    node(
      "aws:cognito/userPool:UserPool",
      userPoolId,
      { name: "customers", ...shape.pool },
      {
        arn: `arn:aws:cognito-idp:${region}:${accountId}:userpool/${userPoolId}`,
      },
    ),
    node("aws:cognito/resourceServer:ResourceServer", "photos-scopes", {
      userPoolId,
      identifier: "photos",
      scopes: ["read", "write"].map((scopeName) => ({ scopeName, scopeDescription: scopeName })),
    }),
    ...(shape.domain === null
      ? []
      : [node("aws:cognito/userPoolDomain:UserPoolDomain", "domain", { userPoolId, domain: "shop", ...shape.domain })]),
    node(
      "aws:cognito/userPoolClient:UserPoolClient",
      clientId,
      {
        userPoolId,
        name: "back-end",
        generateSecret: true,
        allowedOauthFlows: ["client_credentials"],
        allowedOauthFlowsUserPoolClient: true,
        allowedOauthScopes: ["photos/read", "photos/write"],
        ...shape.client,
      },
      shape.clientOutputs,
    ),
  ];
}

export async function startPool(shape?: PoolShape, access?: (check: AccessCheck) => void): Promise<UserPoolHost> {
  const context = contextOf(graphOf(poolNodes(shape)), new RecordingCalls().calls, dataDir);
  const host = userPoolHost(
    access === undefined ? context : { ...context, access: { ...allowEverything, check: access } },
  );
  await host.start();
  return host;
}

// Every body that is asserted on is a JSON object.
export const bodyOf = (answer: AwsResponse | undefined): Record<string, unknown> =>
  JSON.parse(String(answer?.body)) as Record<string, unknown>;

export const cognito = (host: UserPoolHost, action: string, input: unknown): Promise<AwsResponse> =>
  host.service.handle({
    service: "cognito-idp",
    action,
    principal: { kind: "developer" },
    method: "POST",
    url: "/",
    headers: {},
    body: Buffer.from(JSON.stringify(input)),
  });

export async function secretOf(host: UserPoolHost): Promise<string> {
  const { UserPoolClient } = bodyOf(
    await cognito(host, "DescribeUserPoolClient", { UserPoolId: poolId, ClientId: clientId }),
  );
  // A client with a secret is shown with it.
  return (UserPoolClient as { ClientSecret: string }).ClientSecret;
}
