import * as z from "zod";
import { arnOf, digits, type Provision, physicalName } from "../../kernel/program/provision";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const provisionPool: Provision = (resource, at) => {
  const id = `${at.region}_${digits(resource, 9)}`;
  return {
    id,
    outputs: {
      name: physicalName(resource),
      arn: arnOf("cognito-idp", `userpool/${id}`, at),
      endpoint: `cognito-idp.${at.region}.amazonaws.com/${id}`,
    },
  };
};

/** People do not sign in here, so what governs sign-up, sign-in and messages to them has no effect. */
export const userPoolType = resourceType("aws:cognito/userPool:UserPool", provisionPool, {
  shape: {},
  withoutEffect: [
    "name",
    "accountRecoverySetting",
    "adminCreateUserConfig",
    "aliasAttributes",
    "autoVerifiedAttributes",
    "deletionProtection",
    "deviceConfiguration",
    "emailConfiguration",
    "emailMfaConfiguration",
    "emailVerificationMessage",
    "emailVerificationSubject",
    "mfaConfiguration",
    "passwordPolicy",
    "schemas",
    "signInPolicy",
    "smsAuthenticationMessage",
    "smsConfiguration",
    "smsVerificationMessage",
    "softwareTokenMfaConfiguration",
    "userAttributeUpdateSettings",
    "userPoolAddOns",
    "userPoolTier",
    "usernameAttributes",
    "usernameConfiguration",
    "verificationMessageTemplate",
    "webAuthnConfiguration",
  ],
});

const validityUnit = z.enum(["seconds", "minutes", "hours", "days"]);

export type ValidityUnit = z.output<typeof validityUnit>;

const provisionClient: Provision = (resource) => ({
  id: digits(resource, 26),
  outputs: { name: physicalName(resource), clientSecret: digits(resource, 52) },
});

export const userPoolClientType = resourceType("aws:cognito/userPoolClient:UserPoolClient", provisionClient, {
  shape: {
    userPoolId: z.string(),
    generateSecret: z.boolean().default(false),
    allowedOauthFlowsUserPoolClient: z.boolean().default(false),
    allowedOauthFlows: z.array(z.enum(["code", "implicit", "client_credentials"])).default([]),
    allowedOauthScopes: z.array(z.string()).default([]),
    /** In the unit of `tokenValidityUnits`; 0 is AWS's default of an hour. */
    accessTokenValidity: z.number().nonnegative().default(0),
    tokenValidityUnits: z
      .strictObject({
        accessToken: validityUnit.default("hours"),
        idToken: validityUnit.optional(),
        refreshToken: validityUnit.optional(),
      })
      .optional(),
  },
  withoutEffect: [
    "name",
    "analyticsConfiguration",
    "authSessionValidity",
    "callbackUrls",
    "defaultRedirectUri",
    "enablePropagateAdditionalUserContextData",
    "enableTokenRevocation",
    "explicitAuthFlows",
    "idTokenValidity",
    "logoutUrls",
    "preventUserExistenceErrors",
    "readAttributes",
    "refreshTokenRotation",
    "refreshTokenValidity",
    "supportedIdentityProviders",
    "writeAttributes",
  ],
});

const scope = z.strictObject({ scopeName: z.string(), scopeDescription: z.string().optional() });

const provisionResourceServer: Provision = ({ inputs }) => {
  const identifier = String(inputs["identifier"]);
  const { data: scopes = [] } = z.array(scope).safeParse(inputs["scopes"]);
  return {
    id: `${String(inputs["userPoolId"])}|${identifier}`,
    outputs: { scopeIdentifiers: scopes.map(({ scopeName }) => `${identifier}/${scopeName}`) },
  };
};

export const resourceServerType = resourceType("aws:cognito/resourceServer:ResourceServer", provisionResourceServer, {
  shape: {
    userPoolId: z.string(),
    identifier: z.string(),
    scopes: z.array(scope).default([]),
  },
  withoutEffect: ["name"],
});

const provisionDomain: Provision = ({ inputs }) => ({ id: String(inputs["domain"]), outputs: {} });

export const userPoolDomainType = resourceType("aws:cognito/userPoolDomain:UserPoolDomain", provisionDomain, {
  shape: {
    userPoolId: z.string(),
    domain: z
      .string()
      .regex(
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        "must be a prefix of a-z, 0-9 and hyphens: domains of one's own are not hosted",
      ),
  },
  withoutEffect: ["managedLoginVersion"],
});

export const cognitoDeclaration: ServiceDeclaration = {
  name: "cognito",
  names: [
    {
      type: userPoolType.token,
      atMost: 128,
      pattern: /^[\w\s+=,.@-]+$/,
      of: "letters, digits, spaces and _ + = , . @ -",
      page: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html",
    },
  ],
  types: [userPoolType, userPoolClientType, resourceServerType, userPoolDomainType],
  localAddresses: (graph, awsEndpoint) =>
    userPoolDomainType
      .in(graph)
      .map(({ inputs }): readonly [string, string] => [
        `https://${String(inputs["domain"])}.auth.${graph.region}.amazoncognito.com`,
        `${awsEndpoint}/${String(inputs["userPoolId"])}`,
      ]),
};
