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

/** A part of the local host that answers for one AWS service. */
export interface AwsService {
  readonly service: string;
  handle(request: AwsRequest): Promise<AwsResponse>;
}

/** A part of the local host that brings resources of the graph to life. */
export interface ResourceHost {
  /** Type tokens this part accounts for; one that no part accounts for is named at start-up. */
  readonly hosts: readonly string[];
  /** Provisions the graph's resources (again after a restart: what exists is kept) and begins to work. */
  start(): Promise<void>;
  stop(): Promise<void>;
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
