import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "./clock";
import type { AccessControl } from "./endpoint/access-control";
import type { Credentials } from "./endpoint/credentials";
import type { ServiceCalls } from "./endpoint/service-calls";
import type { HostEvents } from "./host-events";
import type { ResourceGraph } from "./program/resource-graph";

/** What every part of the local host is given. */
export interface HostContext {
  readonly graph: ResourceGraph;
  /** Folder for data that must survive a restart; each part keeps to a sub-folder of its own name. */
  readonly dataDir: string;
  /** Folder for what is dear to make and can be made again at any time; hosts share it. */
  readonly cacheDir: string;
  /** The one AWS endpoint, for example `http://localhost:4566`. */
  readonly awsEndpoint: string;
  /** The HTTP API's URL, for example `http://localhost:3000`. */
  readonly apiEndpoint: string;
  readonly access: AccessControl;
  readonly calls: ServiceCalls;
  readonly credentials: Credentials;
  /** Sees a request to the first HTTP API before it is routed, and says whether it has answered it. */
  readonly interceptApi?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly events: HostEvents;
  /** For whatever takes minutes: timers and ages that AWS has, not patience that this host has. */
  readonly clock: Clock;
}
