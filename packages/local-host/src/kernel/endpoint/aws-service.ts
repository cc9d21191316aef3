import type { IncomingHttpHeaders } from "node:http";
import type { Principal } from "./principal";

/** One request to the AWS endpoint, its service, action and caller already known. */
export interface AwsRequest {
  /** The service's signing name: `dynamodb`, `sqs`, `sns`, `s3`, `lambda`, `states`, `events`, `monitoring`, `ssm`, ... */
  readonly service: string;
  /** The API's action: `PutItem`, `SendMessage`, ... */
  readonly action: string;
  readonly principal: Principal;
  readonly method: string;
  /** Path with query string, as received. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** How a service with a REST API, and the action, are recognized. */
export interface RestApi {
  readonly protocol: "rest-json" | "s3";
  /** Whether a request that is not signed is for this service; asked in the order of the list of services. */
  claims(path: string): boolean;
  /** Whether it claims only what no other service does. Default false. */
  readonly claimsTheRest?: boolean;
  action(request: {
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams | undefined;
    readonly headers: IncomingHttpHeaders;
  }): string;
}

/** A part of the local host that answers for one AWS service. */
export interface AwsService {
  /** Its signing name. */
  readonly service: string;
  /** Prefixes of X-Amz-Target, by which a request that is not signed is known. */
  readonly targets?: readonly string[];
  readonly rest?: RestApi;
  /** Headers of an error in JSON that this service has beside the common ones. */
  readonly errorHeaders?: (error: AwsError) => Readonly<Record<string, string>>;
  handle(request: AwsRequest): Promise<AwsResponse>;
}

/** One call of an action of an API, in process. */
export interface ActionCall {
  readonly principal: Principal;
  /** For example `PutItem`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export type ActionOutput = Readonly<Record<string, unknown>>;

/**
 * A service whose actions take an input and give an output. The HTTP endpoint is one client of it, other services are
 * the others; both are checked in the same way.
 */
export interface ActionService extends AwsService {
  /** @throws AwsError */
  call(call: ActionCall): Promise<ActionOutput>;
}

/** An error as AWS would answer it; the protocol layer shapes it for the service. */
export class AwsError extends Error {
  override readonly name: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.status = status;
  }
}
