import type { AwsResponse } from "../../kernel/endpoint/aws-service";

/** A plain HTTP request, not signed and of no AWS service. */
export interface WebRequest {
  readonly method: string;
  /** Path with query string, as received. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type WebAnswer = (request: WebRequest) => Promise<AwsResponse>;
