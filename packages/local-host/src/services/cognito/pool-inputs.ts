import * as z from "zod";
import { inputsReader } from "../../kernel/endpoint/read-inputs";

/** People do not sign in here, so what governs sign-up, sign-in and messages to them has no effect. */
export const userPoolInputs = inputsReader({
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

export const userPoolClientInputs = inputsReader({
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

export const resourceServerInputs = inputsReader({
  shape: {
    userPoolId: z.string(),
    identifier: z.string(),
    scopes: z.array(z.strictObject({ scopeName: z.string(), scopeDescription: z.string().optional() })).default([]),
  },
  withoutEffect: ["name"],
});

export const userPoolDomainInputs = inputsReader({
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
