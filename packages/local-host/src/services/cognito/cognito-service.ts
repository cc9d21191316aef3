import * as z from "zod";
import type { AccessControl } from "../../kernel/endpoint/access-control";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { type JsonAction, jsonService } from "../../kernel/endpoint/json-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { UserPool } from "./user-pool";

const poolInput = z.object({ UserPoolId: z.string() });
const clientInput = poolInput.extend({ ClientId: z.string() });

function read<Schema extends z.ZodType>(input: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new AwsError("InvalidParameterException", z.prettifyError(result.error));
}

const describePool = ({ declared }: UserPool): unknown => ({
  UserPool: {
    Id: declared.id,
    Name: declared.name,
    Arn: declared.arn,
    ...(declared.domain === undefined ? {} : { Domain: declared.domain }),
  },
});

const listClients = ({ declared }: UserPool): unknown => ({
  UserPoolClients: declared.clients.map((client) => ({
    ClientId: client.id,
    ClientName: client.name,
    UserPoolId: declared.id,
  })),
});

async function describeClient(pool: UserPool, id: string): Promise<unknown> {
  const client = pool.client(id);
  if (client === undefined) throw new AwsError("ResourceNotFoundException", `User pool client ${id} does not exist.`);
  const secret = (await pool.secrets()).clientSecrets.get(id);
  return {
    UserPoolClient: {
      UserPoolId: pool.declared.id,
      ClientId: client.id,
      ClientName: client.name,
      ...(secret === undefined ? {} : { ClientSecret: secret }),
      AllowedOAuthFlows: client.flows,
      AllowedOAuthScopes: client.scopes,
      AllowedOAuthFlowsUserPoolClient: client.flows.length > 0,
      AccessTokenValidity: client.accessTokenValidity,
      TokenValidityUnits: { AccessToken: "seconds" },
    },
  };
}

/** The part of the Cognito API with which clients and their secrets are looked up. */
export function cognitoService(pools: readonly UserPool[], access: AccessControl): ActionService {
  const allowedPool = (action: string, input: unknown, principal: Principal): UserPool => {
    const id = read(input, poolInput).UserPoolId;
    const pool = pools.find((it) => it.declared.id === id);
    const [anyPool] = pools;
    const resourceArn = pool?.declared.arn ?? anyPool?.declared.arn.replace(/[^/]+$/, id) ?? "*";
    access.check({ principal, action: `cognito-idp:${action}`, resourceArn });
    if (pool === undefined) throw new AwsError("ResourceNotFoundException", `User pool ${id} does not exist.`);
    return pool;
  };

  const actions: Readonly<Record<string, JsonAction>> = {
    ListUserPools: (_, principal) => {
      access.check({ principal, action: "cognito-idp:ListUserPools", resourceArn: "*" });
      return { UserPools: pools.map(({ declared }) => ({ Id: declared.id, Name: declared.name })) };
    },
    DescribeUserPool: (input, principal) => describePool(allowedPool("DescribeUserPool", input, principal)),
    ListUserPoolClients: (input, principal) => listClients(allowedPool("ListUserPoolClients", input, principal)),
    DescribeUserPoolClient: (input, principal) => {
      const { ClientId } = read(input, clientInput);
      return describeClient(allowedPool("DescribeUserPoolClient", input, principal), ClientId);
    },
  };
  return jsonService("cognito-idp", ["AWSCognitoIdentityProviderService"], actions);
}
