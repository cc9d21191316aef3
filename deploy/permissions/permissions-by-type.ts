import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { compute } from "./compute";
import { edge } from "./edge";
import { messaging } from "./messaging";
import { monitoring } from "./monitoring";
import { network } from "./network";
import type { TypePermissions } from "./permission";
import { storage } from "./storage";

/**
 * By Pulumi's resource type. Pulumi's AWS provider is built from Terraform's, whose source says what it calls
 * (hashicorp/terraform-provider-aws, internal/service/<service>); that each action exists and takes these resources and
 * conditions is held against the Service Authorization Reference by tests/deploy.
 */
export const permissionsByType: Readonly<Record<string, TypePermissions>> = {
  ...compute,
  ...edge,
  ...messaging,
  ...monitoring,
  ...network,
  ...storage,
};

/** Types that are only in Pulumi's state: components, the provider. */
const isOfAws = (type: string): boolean => /^awsx?:/.test(type);

/** What deploying these takes. Throws for a resource type of which nobody has said so. */
export function permissionsFor(graphs: readonly ResourceGraph[]): readonly TypePermissions[] {
  const types = [...new Set(graphs.flatMap(({ resources }) => resources.map(({ type }) => type)))]
    .filter(isOfAws)
    .sort();
  const missing = types.filter((type) => !Object.hasOwn(permissionsByType, type));
  if (missing.length > 0) {
    throw new Error(
      `The deploy role has no permissions for ${missing.join(", ")}: say in deploy/permissions what Pulumi's provider calls for it.`,
    );
  }
  return types.flatMap((type) => permissionsByType[type] ?? []);
}
