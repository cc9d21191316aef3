import { outputOf } from "../../kernel/program/output-of";
import { type OwnedResources, ownedResources } from "../../kernel/program/owned-resources";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
import {
  apiType,
  authorizerType,
  type CorsConfiguration,
  integrationType,
  type RouteSettings,
  routeType,
  stageType,
} from "./resource-types";

export interface JwtAuthorizerSettings {
  readonly urn: string;
  readonly identitySource: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
}

export interface DeclaredRoute {
  /** `POST /photos`, `ANY /{proxy+}` or `$default`. */
  readonly key: string;
  /** Undefined for `$default`. */
  readonly method?: string;
  readonly path?: string;
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
  readonly authorizer?: JwtAuthorizerSettings;
  readonly scopes: readonly string[];
}

export interface DeclaredStage {
  readonly name: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly accessLog?: { readonly logGroup: string; readonly format: string; readonly urn: string };
  /** The settings in force for a route key, or undefined where the stage has none. */
  readonly settingsOf: (routeKey: string) => RouteSettings | undefined;
}

export interface DeclaredApi {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly executionArn: string;
  readonly cors?: CorsConfiguration;
  readonly stages: readonly DeclaredStage[];
  readonly routes: readonly DeclaredRoute[];
}

/** The function an integration URI names: a Lambda ARN as it is, or wrapped in an invoke ARN. */
function functionArnOf(node: ResourceNode, uri: string): string {
  const arn = /arn:aws[\w-]*:lambda:[^:/]+:\d{12}:function:[^/]+/.exec(uri)?.[0];
  if (arn !== undefined) return arn;
  throw new Error(
    `${node.urn}: property integrationUri is ${JSON.stringify(uri)}, expected a Lambda function's ARN or invoke ARN.`,
  );
}

function readRoutes(ofApi: OwnedResources, apiId: string): readonly DeclaredRoute[] {
  const integrations = ofApi(integrationType.token, apiId);
  const authorizers = ofApi(authorizerType.token, apiId);
  const keys = new Set<string>();
  return ofApi(routeType.token, apiId).map((node) => {
    const route = routeType.read(node);
    if (keys.has(route.routeKey))
      throw new Error(`${node.urn}: route ${route.routeKey} is declared twice on API ${apiId}.`);
    keys.add(route.routeKey);
    const integrationNode = integrations.find(({ id }) => route.target === `integrations/${id}`);
    if (integrationNode === undefined) {
      throw new Error(`${node.urn}: property target is ${route.target}, which is not an integration of API ${apiId}.`);
    }
    const integration = integrationType.read(integrationNode);
    const [method, path] = route.routeKey.split(" ");
    return {
      key: route.routeKey,
      ...(method !== undefined && path !== undefined ? { method, path } : {}),
      functionArn: functionArnOf(integrationNode, integration.integrationUri),
      timeoutMilliseconds: integration.timeoutMilliseconds,
      scopes: route.authorizationScopes,
      ...(route.authorizationType === "JWT"
        ? { authorizer: readAuthorizer(node, route.authorizerId, authorizers) }
        : {}),
    };
  });
}

function readAuthorizer(
  route: ResourceNode,
  id: string | undefined,
  authorizers: readonly ResourceNode[],
): JwtAuthorizerSettings {
  const node = authorizers.find((it) => it.id === id);
  if (node === undefined) {
    throw new Error(
      `${route.urn}: property authorizerId is ${JSON.stringify(id)}, expected the id of an authorizer of its API.`,
    );
  }
  const { identitySources, jwtConfiguration } = authorizerType.read(node);
  return { urn: node.urn, identitySource: identitySources[0] ?? "", ...jwtConfiguration };
}

function readStage(node: ResourceNode, routeKeys: ReadonlySet<string>): DeclaredStage {
  const stage = stageType.read(node);
  const unknown = stage.routeSettings.find((settings) => !routeKeys.has(settings.routeKey));
  if (unknown !== undefined) {
    throw new Error(
      `${node.urn}: property routeSettings names ${unknown.routeKey}, which is not a route of its API. Routes: ${[...routeKeys].join(", ")}.`,
    );
  }
  const byRoute = new Map<string, RouteSettings>(stage.routeSettings.map((settings) => [settings.routeKey, settings]));
  const log = stage.accessLogSettings;
  return {
    name: outputOf(node, "name"),
    ...(stage.stageVariables === undefined ? {} : { variables: stage.stageVariables }),
    ...(log === undefined
      ? {}
      : {
          accessLog: {
            logGroup: log.destinationArn.replace(/^.*:log-group:/, "").replace(/:\*$/, ""),
            format: log.format,
            urn: node.urn,
          },
        }),
    // A route's own entry replaces the stage's defaults as a whole.
    settingsOf: (routeKey) => byRoute.get(routeKey) ?? stage.defaultRouteSettings,
  };
}

/** Every HTTP API of the graph, complete and checked; throws naming the URN and property that is not supported. */
export function declaredApis(graph: ResourceGraph): readonly DeclaredApi[] {
  const ofApi = ownedResources(graph, {
    of: apiType.token,
    called: "API",
    types: [stageType, routeType, integrationType, authorizerType].map(({ token }) => token),
    by: "apiId",
  });
  return apiType.in(graph).map((node): DeclaredApi => {
    const { corsConfiguration } = apiType.read(node);
    const routes = readRoutes(ofApi, node.id);
    const routeKeys = new Set(routes.map((route) => route.key));
    return {
      id: node.id,
      name: outputOf(node, "name"),
      accountId: graph.accountId,
      executionArn: outputOf(node, "executionArn"),
      ...(corsConfiguration === undefined ? {} : { cors: corsConfiguration }),
      stages: ofApi(stageType.token, node.id).map((stage) => readStage(stage, routeKeys)),
      routes,
    };
  });
}
