import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import type { Grant } from "./grant";
import { assumableBy, type PolicyStatement, policyDocument, statementOf } from "./policy-document";

export interface ServiceRoleArgs {
  /** The service principal that assumes the role: `lambda.amazonaws.com`. */
  readonly service: string;
  /** The account that the service must act for; undefined for a service that does not say whom it acts for. */
  readonly accountId: pulumi.Input<string> | undefined;
  /** ARN of the role's permissions boundary. Default: none. */
  readonly permissionsBoundary?: pulumi.Input<string> | undefined;
  /** All that the role may do. */
  readonly grants: readonly Grant[];
}

export interface ServiceRole {
  readonly role: iam.Role;
  /** The role's only policy; what uses the role should depend on it. */
  readonly permissions: iam.RolePolicy;
  /** For policies to check: the document is unknown in the preview that creates the role. */
  readonly statements: readonly PolicyStatement[];
}

/** A role that an AWS service assumes for this account, with exactly the given grants. */
export const serviceRole = (name: string, args: ServiceRoleArgs, child: pulumi.CustomResourceOptions): ServiceRole => {
  const { service, accountId, permissionsBoundary } = args;
  const role = new iam.Role(
    name,
    {
      assumeRolePolicy: assumableBy(service, accountId),
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    },
    child,
  );
  const statements = args.grants.map(statementOf);
  const permissions = new iam.RolePolicy(name, { role: role.id, policy: policyDocument(statements) }, child);
  return { role, permissions, statements };
};
