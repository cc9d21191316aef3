import * as cognito from "@pulumi/aws/cognito";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform";

/** What a token may be good for. `orders/admin` is for a back end that acts for many customers. */
export const scopes = {
  "orders/read": "Read one's own orders",
  "orders/write": "Place and cancel one's own orders",
  "orders/admin": "Act for any customer",
} as const;

export type Scope = keyof typeof scopes;

export interface ApiIdentityArgs {
  readonly platform: Platform;
  /** Tokens of an issuer of one's own. Default: a Cognito user pool is made. */
  readonly auth?: { readonly issuer: string; readonly audience: readonly string[] } | undefined;
}

/** Whose tokens the API believes: those of the stack's own user pool, or of a given issuer. */
export class ApiIdentity extends pulumi.ComponentResource {
  readonly issuer: pulumi.Output<string>;
  readonly audience: pulumi.Output<string[]>;
  /** Where a back end gets a token with its client id and secret; absent with an issuer of one's own. */
  readonly tokenEndpoint: pulumi.Output<string> | undefined;
  /** The user pool, where a back end's secret is looked up; absent with an issuer of one's own. */
  readonly userPoolId: pulumi.Output<string> | undefined;
  /** The back end's client id; absent with an issuer of one's own. */
  readonly clientId: pulumi.Output<string> | undefined;

  constructor(name: string, args: ApiIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:ApiIdentity", name, {}, options);
    if (args.auth !== undefined) {
      this.issuer = pulumi.output(args.auth.issuer);
      this.audience = pulumi.output([...args.auth.audience]);
    } else {
      const { pool, client, domain } = this.makeUserPool(name, args.platform);
      this.issuer = pulumi.interpolate`https://${pool.endpoint}`;
      this.audience = client.id.apply((id) => [id]);
      this.tokenEndpoint = pulumi.interpolate`https://${domain.domain}.auth.${args.platform.region}.amazoncognito.com/oauth2/token`;
      this.userPoolId = pool.id;
      this.clientId = client.id;
    }
    this.registerOutputs({ issuer: this.issuer, audience: this.audience });
  }

  private makeUserPool(name: string, { protect, accountId }: Platform) {
    const child = { parent: this };
    const pool = new cognito.UserPool(
      name,
      {
        deletionProtection: protect ? "ACTIVE" : "INACTIVE",
        usernameAttributes: ["email"],
        autoVerifiedAttributes: ["email"],
        passwordPolicy: {
          minimumLength: 12,
          requireLowercase: true,
          requireUppercase: true,
          requireNumbers: true,
          requireSymbols: false,
          temporaryPasswordValidityDays: 7,
        },
      },
      { ...child, protect },
    );
    const server = new cognito.ResourceServer(
      name,
      {
        userPoolId: pool.id,
        identifier: "orders",
        name: "orders",
        scopes: Object.entries(scopes).map(([scope, scopeDescription]) => ({
          scopeName: scope.replace("orders/", ""),
          scopeDescription,
        })),
      },
      child,
    );
    const domain = new cognito.UserPoolDomain(
      name,
      { userPoolId: pool.id, domain: pulumi.interpolate`${name}-${pulumi.getStack()}-${accountId}` },
      // A prefix is taken until its domain is deleted, and a pool has one domain.
      { ...child, deleteBeforeReplace: true },
    );
    const client = new cognito.UserPoolClient(
      `${name}-back-end`,
      {
        userPoolId: pool.id,
        generateSecret: true,
        allowedOauthFlowsUserPoolClient: true,
        allowedOauthFlows: ["client_credentials"],
        allowedOauthScopes: Object.keys(scopes),
        accessTokenValidity: 60,
        tokenValidityUnits: { accessToken: "minutes" },
        preventUserExistenceErrors: "ENABLED",
      },
      { ...child, dependsOn: server },
    );
    return { pool, client, domain };
  }
}
