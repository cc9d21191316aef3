import { identityOf } from "../../kernel/program/identity-of";
import { outputOf } from "../../kernel/program/output-of";
import { ownedResources } from "../../kernel/program/owned-resources";
import type { ResourceGraph, ResourceNode } from "../../kernel/program/resource-graph";
import {
  resourceServerType,
  userPoolClientType,
  userPoolDomainType,
  userPoolType,
  type ValidityUnit,
} from "./resource-types";

export interface DeclaredClient {
  readonly id: string;
  readonly name: string;
  readonly hasSecret: boolean;
  /** The secret that the evaluated program was given, so that its outputs hold here. */
  readonly knownSecret?: string;
  readonly flows: readonly string[];
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly accessTokenValidity: number;
}

export interface DeclaredPool {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly issuer: string;
  /** Without a domain a pool has no token endpoint. */
  readonly domain?: string;
  readonly clients: readonly DeclaredClient[];
  /** Scopes of its resource servers, as `identifier/scope`. */
  readonly customScopes: readonly string[];
}

/** Scopes every user pool has; a machine's token cannot have them. */
const standardScopes: readonly string[] = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

const secondsIn: Readonly<Record<ValidityUnit, number>> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };

/** AWS allows five minutes to a day. */
const validityRange = { from: 300, to: 86_400 };

function validityOf(node: ResourceNode, validity: number, unit: ValidityUnit): number {
  const seconds = validity === 0 ? secondsIn.hours : validity * secondsIn[unit];
  if (seconds >= validityRange.from && seconds <= validityRange.to) return seconds;
  throw new Error(
    `${node.urn}: property accessTokenValidity is ${validity} ${unit}, AWS allows 5 minutes to 24 hours.`,
  );
}

function readClient(node: ResourceNode, customScopes: readonly string[]): DeclaredClient {
  const client = userPoolClientType.read(node);
  const flows = client.allowedOauthFlowsUserPoolClient ? client.allowedOauthFlows : [];
  const unknown = client.allowedOauthScopes.filter((it) => !customScopes.includes(it) && !standardScopes.includes(it));
  if (unknown.length > 0) {
    throw new Error(
      `${node.urn}: property allowedOauthScopes has ${unknown.join(", ")}, which no resource server of its pool declares. Declared: ${customScopes.join(", ") || "none"}.`,
    );
  }
  if (flows.includes("client_credentials") && (!client.generateSecret || flows.length > 1)) {
    throw new Error(
      `${node.urn}: property allowedOauthFlows has client_credentials, which needs generateSecret and no other flow beside it.`,
    );
  }
  const knownSecret = node.outputs["clientSecret"];
  return {
    id: node.id,
    name: outputOf(node, "name"),
    hasSecret: client.generateSecret,
    ...(typeof knownSecret === "string" && client.generateSecret ? { knownSecret } : {}),
    flows,
    scopes: client.allowedOauthScopes,
    accessTokenValidity: validityOf(
      node,
      client.accessTokenValidity,
      client.tokenValidityUnits?.accessToken ?? "hours",
    ),
  };
}

/** Every user pool of the graph with what belongs to it; throws naming the URN and property that is not supported. */
export function declaredPools(graph: ResourceGraph): readonly DeclaredPool[] {
  const ofPool = ownedResources(graph, {
    of: userPoolType.token,
    called: "user pool",
    types: [userPoolClientType, resourceServerType, userPoolDomainType].map(({ token }) => token),
    by: "userPoolId",
  });
  return userPoolType.in(graph).map((node): DeclaredPool => {
    // Nothing of these is used: what is not supported is refused.
    userPoolType.read(node);
    const customScopes = ofPool(resourceServerType.token, node.id).flatMap((server) => {
      const { identifier, scopes } = resourceServerType.read(server);
      return scopes.map((scope) => `${identifier}/${scope.scopeName}`);
    });
    const [domain] = ofPool(userPoolDomainType.token, node.id).map((it) => userPoolDomainType.read(it).domain);
    return {
      id: node.id,
      ...identityOf(node),
      issuer: `https://cognito-idp.${graph.region}.amazonaws.com/${node.id}`,
      ...(domain === undefined ? {} : { domain }),
      clients: ofPool(userPoolClientType.token, node.id).map((client) => readClient(client, customScopes)),
      customScopes,
    };
  });
}
