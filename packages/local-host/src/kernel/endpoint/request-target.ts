import type { IncomingHttpHeaders } from "node:http";
import { lambdaAction } from "./lambda-action";
import { s3Action } from "./s3-action";

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

/** Prefixes of X-Amz-Target, for requests that are not signed. */
const serviceOfTarget: Readonly<Record<string, string>> = {
  DynamoDB_20120810: "dynamodb",
  DynamoDBStreams_20120810: "dynamodb",
  AmazonSQS: "sqs",
  AWSEvents: "events",
  AWSStepFunctions: "states",
  AmazonSSM: "ssm",
  Logs_20140328: "logs",
  AWSCognitoIdentityProviderService: "cognito-idp",
  GraniteServiceVersion20100801: "monitoring",
  TrentService: "kms",
};

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

/** Which service and action a request is for, and in whose name; undefined when it is no AWS request at all. */
export const requestTarget = (
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): RequestTarget | undefined => {
  const questionMark = url.indexOf("?");
  const query = questionMark < 0 ? undefined : new URLSearchParams(url.slice(questionMark + 1));
  const path = questionMark < 0 ? url : url.slice(0, questionMark);
  const scope = credentialScope(headers.authorization, query);
  const caller = {
    accessKeyId: scope?.accessKeyId,
    sessionToken: header(headers, "x-amz-security-token") ?? query?.get("X-Amz-Security-Token") ?? undefined,
  };

  const target = header(headers, "x-amz-target");
  if (target !== undefined) {
    const dot = target.lastIndexOf(".");
    const service = scope?.service ?? serviceOfTarget[target.slice(0, dot)] ?? target.slice(0, Math.max(dot, 0));
    return { ...caller, service, action: target.slice(dot + 1), protocol: "json" };
  }
  const [, cborService = "", cborAction] = /^\/service\/(\w+)\/operation\/(\w+)$/.exec(path) ?? [];
  if (cborAction !== undefined && header(headers, "smithy-protocol") === "rpc-v2-cbor") {
    const service = scope?.service ?? serviceOfTarget[cborService] ?? cborService;
    return { ...caller, service, action: cborAction, protocol: "cbor" };
  }
  if (scope?.service === "lambda" || path.startsWith("/2015-03-31/") || path.startsWith("/2016-08-19/")) {
    return { ...caller, service: "lambda", action: lambdaAction(method, path), protocol: "rest-json" };
  }
  const isForm = header(headers, "content-type")?.startsWith("application/x-www-form-urlencoded") === true;
  // S3 takes a body of any type for an object's.
  if (method === "POST" && isForm && scope?.service !== "s3") {
    const action = new URLSearchParams(body.toString("latin1")).get("Action");
    if (action !== null) return { ...caller, service: scope?.service ?? "sns", action, protocol: "query" };
  }
  if (scope?.service === "s3" || (scope === undefined && path !== "/")) {
    return { ...caller, service: "s3", action: s3Action(method, path, query, headers), protocol: "s3" };
  }
  return scope === undefined
    ? undefined
    : { ...caller, service: scope.service, action: `${method} ${path}`, protocol: "rest-json" };
};
