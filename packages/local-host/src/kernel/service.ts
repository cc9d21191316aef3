import type { HostContext } from "./host-context";
import type { ServiceAccess } from "./iam/service-access";
import type { NameRule } from "./program/name-rule";
import type { Placement } from "./program/provision";
import type { ResourceGraph } from "./program/resource-graph";
import type { ResourceType } from "./program/resource-type";
import type { ResourceHost } from "./resource-host";

/** What a function of the provider answers, by its token: `aws:index/getRegion:getRegion`. */
export type ProviderFunctions = Readonly<Record<string, (at: Placement) => Readonly<Record<string, unknown>>>>;

/** The hosts that are made already. */
export interface Hosts {
  /** @throws for a service that comes later in the list of services */
  of<Host extends ResourceHost>(service: Service<Host>): Host;
}

/**
 * What the evaluation of a program must know of a service. It is light: no host's module is loaded for it, which would
 * add a third of a second to it.
 */
export interface ServiceDeclaration {
  /** The folder under src/services. */
  readonly name: string;
  readonly types: readonly ResourceType[];
  /** What the names of its resources may be. */
  readonly names?: readonly NameRule[];
  /** Its policies, roles and keys. */
  readonly access?: ServiceAccess;
  /** Functions of the AWS provider that a program may call while it runs. */
  readonly functions?: ProviderFunctions;
  /** AWS addresses in the stack's outputs, and their replacements on this machine. */
  readonly localAddresses?: (graph: ResourceGraph, awsEndpoint: string) => readonly (readonly [string, string])[];
}

/** A service that runs: its declaration, and how its host is made. */
export interface Service<Host extends ResourceHost = ResourceHost> extends ServiceDeclaration {
  readonly host: (context: HostContext, hosts: Hosts) => Host;
}
