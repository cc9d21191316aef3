import * as z from "zod";
import { attachment, digits, type Provision, physicalName } from "../../kernel/program/provision";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

const corsConfiguration = z
  .strictObject({
    allowCredentials: z.boolean().optional(),
    allowHeaders: z.array(z.string()).default([]),
    allowMethods: z.array(z.string()).default([]),
    allowOrigins: z.array(z.string()).default([]),
    exposeHeaders: z.array(z.string()).default([]),
    /** Seconds. */
    maxAge: z.int().optional(),
  })
  .refine((cors) => !(cors.allowCredentials === true && cors.allowOrigins.includes("*")), {
    message: 'allowCredentials cannot be true while allowOrigins has "*": name the origins',
  });

export type CorsConfiguration = z.output<typeof corsConfiguration>;

const provisionApi: Provision = (resource, at) => {
  const id = digits(resource, 10);
  return {
    id,
    outputs: {
      name: physicalName(resource),
      apiEndpoint: at.apiEndpoint,
      arn: `arn:aws:apigateway:${at.region}::/apis/${id}`,
      executionArn: `arn:aws:execute-api:${at.region}:${at.accountId}:${id}`,
    },
  };
};

export const apiType = resourceType("aws:apigatewayv2/api:Api", provisionApi, {
  shape: {
    protocolType: z.literal("HTTP", "only HTTP APIs are hosted, not WebSocket APIs"),
    corsConfiguration: corsConfiguration.optional(),
    disableExecuteApiEndpoint: z.literal(false, "must be false: custom domains are not hosted").optional(),
    routeSelectionExpression: z.literal("$request.method $request.path").optional(),
  },
  withoutEffect: ["name", "apiKeySelectionExpression", "description", "ipAddressType", "version"],
});

/**
 * Both limits are asked for: the provider sends 0 for one that is left out, and AWS then answers 429 to every request
 * (pulumi/pulumi-aws#2363).
 */
const routeSettings = {
  throttlingBurstLimit: z
    .number("is required beside other route settings: AWS reads an absent limit as 0")
    .nonnegative(),
  throttlingRateLimit: z
    .number("is required beside other route settings: AWS reads an absent limit as 0")
    .nonnegative(),
  detailedMetricsEnabled: z.boolean().default(false),
  dataTraceEnabled: z.literal(false, "is for WebSocket APIs only").optional(),
  loggingLevel: z.literal("OFF", "is for WebSocket APIs only").optional(),
};

const defaultRouteSettings = z.strictObject(routeSettings);

export type RouteSettings = z.output<typeof defaultRouteSettings>;

const provisionStage: Provision = (resource, at) => {
  const name = physicalName(resource);
  const apiId = String(resource.inputs["apiId"]);
  return {
    id: name,
    outputs: {
      name,
      arn: `arn:aws:apigateway:${at.region}::/apis/${apiId}/stages/${name}`,
      executionArn: `arn:aws:execute-api:${at.region}:${at.accountId}:${apiId}/${name}`,
      invokeUrl: at.apiEndpoint,
    },
  };
};

export const stageType = resourceType("aws:apigatewayv2/stage:Stage", provisionStage, {
  shape: {
    apiId: z.string(),
    autoDeploy: z.literal(true, "must be true: deployments of their own are not hosted"),
    accessLogSettings: z
      .strictObject({
        destinationArn: z.string().regex(/^arn:aws[\w-]*:logs:[^:]*:[^:]*:log-group:/, "must be a log group's ARN"),
        format: z.string(),
      })
      .optional(),
    defaultRouteSettings: defaultRouteSettings.optional(),
    routeSettings: z.array(z.strictObject({ routeKey: z.string(), ...routeSettings })).default([]),
    stageVariables: z.record(z.string(), z.string()).optional(),
  },
  withoutEffect: ["name", "description"],
});

export const routeType = resourceType("aws:apigatewayv2/route:Route", attachment, {
  shape: {
    apiId: z.string(),
    routeKey: z
      .string()
      .regex(/^(\$default|(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ANY) \/\S*)$/, "must be $default or METHOD /path"),
    target: z.string().regex(/^integrations\/.+/, "must be integrations/<integration id>"),
    authorizationType: z.enum(["NONE", "JWT"], "only NONE and JWT are hosted").default("NONE"),
    authorizerId: z.string().optional(),
    authorizationScopes: z.array(z.string()).default([]),
    apiKeyRequired: z.literal(false, "is for WebSocket APIs only").optional(),
  },
  withoutEffect: ["operationName"],
});

export const integrationType = resourceType("aws:apigatewayv2/integration:Integration", attachment, {
  shape: {
    apiId: z.string(),
    integrationType: z.literal("AWS_PROXY", "only Lambda proxy integrations (AWS_PROXY) are hosted"),
    integrationUri: z.string(),
    payloadFormatVersion: z.literal("2.0", 'must be "2.0"; AWS takes 1.0 when it is left out'),
    /** Milliseconds; AWS allows 50 to 30,000. */
    timeoutMilliseconds: z.int().min(50).max(30_000).default(30_000),
    connectionType: z.literal("INTERNET", "VPC links are not hosted").optional(),
  },
  withoutEffect: ["integrationMethod", "passthroughBehavior", "description"],
});

export const authorizerType = resourceType("aws:apigatewayv2/authorizer:Authorizer", attachment, {
  shape: {
    apiId: z.string(),
    authorizerType: z.literal("JWT", "only JWT authorizers are hosted, not REQUEST (Lambda) authorizers"),
    identitySources: z
      .array(
        z
          .string()
          .regex(/^\$request\.(header|querystring)\.[^.]+$/, "must be $request.header.X or $request.querystring.X"),
      )
      .length(1),
    jwtConfiguration: z.strictObject({ issuer: z.url(), audiences: z.array(z.string()).min(1) }),
  },
  withoutEffect: ["name"],
});

export const httpApisDeclaration: ServiceDeclaration = {
  name: "api-gateway",
  types: [apiType, stageType, routeType, integrationType, authorizerType],
};
