import { createHash } from "node:crypto";

/** Where the evaluated program believes it is deployed. */
export interface Placement {
  readonly accountId: string;
  readonly region: string;
  /** Base URL of the AWS endpoint, for URLs that AWS would hand out (queue URLs). */
  readonly awsEndpoint: string;
  /** Base URL of the HTTP API. */
  readonly apiEndpoint: string;
}

export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Provisioned {
  readonly id: string;
  /** What AWS adds to the inputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The id and outputs that AWS would give a declared resource. */
export type Provision = (resource: DeclaredResource, at: Placement) => Provisioned;

/** Hex digits derived from the URN, where AWS would give random ones, so that data survives a restart. */
export const digits = ({ urn }: Pick<DeclaredResource, "urn">, length: number): string =>
  createHash("sha256").update(urn).digest("hex").slice(0, length);

export const uuid = (resource: DeclaredResource): string => {
  const hex = digits(resource, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

/** The given name, or Pulumi's auto-naming: the logical name and seven hex digits. */
export const physicalName = (resource: DeclaredResource, property = "name"): string => {
  const given = resource.inputs[property];
  return typeof given === "string" ? given : `${resource.name}-${digits(resource, 7)}`;
};

export const arnOf = (
  service: string,
  path: string,
  { region, accountId }: Pick<Placement, "region" | "accountId">,
): string => `arn:aws:${service}:${region}:${accountId}:${path}`;

/** A resource whose id is its name. */
export const named =
  (service: string, path: (name: string) => string): Provision =>
  (resource, at) => {
    const name = physicalName(resource);
    return { id: name, outputs: { name, arn: arnOf(service, path(name), at) } };
  };

/** A resource whose id is its ARN. */
export const identifiedByArn =
  (service: string, path: (name: string) => string): Provision =>
  (resource, at) => {
    const name = physicalName(resource);
    const arn = arnOf(service, path(name), at);
    return { id: arn, outputs: { name, arn } };
  };

/** A resource that only configures another: it has an id and nothing else of its own. */
export const attachment: Provision = (resource) => ({ id: digits(resource, 10), outputs: {} });
