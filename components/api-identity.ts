import * as cognito from "@pulumi/aws/cognito";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform";

/** The scopes of an access token, and their descriptions. `orders/admin` is for a back end that acts for many customers. */
export const scopes = {
  "orders/read": "Read one's own orders",
  "orders/write": "Place and cancel one's own orders",
  "orders/admin": "Act for any customer",
} as const;

export type Scope = keyof typeof scopes;

export interface ApiIdentityArgs {
  readonly platform: Platform;
  /** Accepts the tokens of this issuer. Default: the component makes a Cognito user pool. */
  readonly auth?: { readonly issuer: string; readonly audience: readonly string[] } | undefined;
}

/** The issuer whose tokens the API accepts: the stack's own user pool, or a given one. */
export class ApiIdentity extends pulumi.ComponentResource {
  readonly issuer: pulumi.Output<string>;
  readonly audience: pulumi.Output<string[]>;
  /** Where a back end gets a token with its client id and secret; undefined with `auth`. */
  readonly tokenEndpoint: pulumi.Output<string> | undefined;
  /** The user pool, where a back end's secret is looked up; undefined with `auth`. */
  readonly userPoolId: pulumi.Output<string> | undefined;
  /** The back end's client id; undefined with `auth`. */
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
