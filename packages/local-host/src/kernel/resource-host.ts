import type { IncomingMessage, ServerResponse } from "node:http";
import type { AwsService } from "./endpoint/aws-service";
import type { ServiceCalls } from "./endpoint/service-calls";

/** A part of the local host that hosts resources of the graph. */
export interface ResourceHost {
  /** What answers for it on the AWS endpoint. */
  readonly service?: AwsService;
  /** What it does for other services. */
  readonly calls?: Partial<ServiceCalls>;
  /** Provisions the graph's resources (again after a restart: what exists is kept) and begins to work. */
  start(): Promise<void>;
  /** Makes ready what would be slow the first time; the host is of use before that. */
  warm?(): Promise<void>;
  /** Answers a request to the AWS endpoint that is for no API, such as `POST /oauth2/token`; says whether it did. */
  serve?(request: IncomingMessage, response: ServerResponse): boolean;
  stop(): Promise<void>;
}
