import type { IncomingHttpHeaders } from "node:http";
import type { AwsService } from "./aws-service";

/** How the caller wants to be answered, errors included. */
export type Protocol = "json" | "cbor" | "query" | "rest-json" | "s3";

export interface RequestTarget {
  /** Signing name: `dynamodb`, `sqs`, `monitoring`, ... */
  readonly service: string;
  readonly action: string;
  readonly protocol: Protocol;
  readonly accessKeyId: string | undefined;
  readonly sessionToken: string | undefined;
}

interface Scope {
  readonly accessKeyId: string;
  readonly service: string;
}

/** `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ...`, or the same in a presigned URL. */
const credentialScope = (authorization: string | undefined, query: URLSearchParams | undefined): Scope | undefined => {
  const credential = /Credential=([^,\s]+)/.exec(authorization ?? "")?.[1] ?? query?.get("X-Amz-Credential");
  const parts = credential?.split("/") ?? [];
  const [service, accessKeyId] = [parts.at(-2), parts.slice(0, -4).join("/")];
  return service === undefined || accessKeyId === "" ? undefined : { accessKeyId, service };
};

const header = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** Which service and action a request is for, and in whose name; undefined when it is not an AWS request at all. */
export type RequestTargeting = (
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
) => RequestTarget | undefined;

export const requestTargeting = (services: readonly AwsService[]): RequestTargeting => {
  const byTarget = new Map(services.flatMap(({ service, targets = [] }) => targets.map((each) => [each, service])));
  const restServices = services
    .flatMap(({ service, rest }) => (rest === undefined ? [] : { service, rest }))
    .sort((one, other) => Number(one.rest.claimsTheRest ?? false) - Number(other.rest.claimsTheRest ?? false));

  return (method, url, headers, body) => {
    const questionMark = url.indexOf("?");
    const query = questionMark < 0 ? undefined : new URLSearchParams(url.slice(questionMark + 1));
    const path = questionMark < 0 ? url : url.slice(0, questionMark);
    const scope = credentialScope(headers.authorization, query);
    const caller = {
      accessKeyId: scope?.accessKeyId,
      sessionToken: header(headers, "x-amz-security-token") ?? query?.get("X-Amz-Security-Token") ?? undefined,
    };
    const named = (prefix: string): string => scope?.service ?? byTarget.get(prefix) ?? prefix;

    const target = header(headers, "x-amz-target");
    if (target !== undefined) {
      const dot = target.lastIndexOf(".");
      const service = named(target.slice(0, Math.max(dot, 0)));
      return { ...caller, service, action: target.slice(dot + 1), protocol: "json" };
    }
    const [, cborService = "", cborAction] = /^\/service\/(\w+)\/operation\/(\w+)$/.exec(path) ?? [];
    if (cborAction !== undefined && header(headers, "smithy-protocol") === "rpc-v2-cbor") {
      return { ...caller, service: named(cborService), action: cborAction, protocol: "cbor" };
    }
    const ofScope = restServices.find(({ service }) => service === scope?.service);
    const isForm = header(headers, "content-type")?.startsWith("application/x-www-form-urlencoded") === true;
    // A REST service takes a body of any type, S3 for an object's.
    if (method === "POST" && isForm && ofScope === undefined) {
      const action = new URLSearchParams(body.toString("latin1")).get("Action");
      if (action !== null) return { ...caller, service: scope?.service ?? "sns", action, protocol: "query" };
    }
    const rest = scope === undefined ? restServices.find((each) => each.rest.claims(path)) : ofScope;
    if (rest !== undefined) {
      const action = rest.rest.action({ method, path, query, headers });
      return { ...caller, service: rest.service, action, protocol: rest.rest.protocol };
    }
    return scope === undefined
      ? undefined
      : { ...caller, service: scope.service, action: `${method} ${path}`, protocol: "rest-json" };
  };
};
