import { arnOf, named, uuid } from "../../kernel/program/provision";
import { passiveType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

/** Nothing on this machine is encrypted. Which key protects what, whether it is enabled, and who may use it, the access control knows. */
export const kmsDeclaration: ServiceDeclaration = {
  name: "kms",
  types: [
    passiveType("aws:kms/key:Key", (resource, at) => {
      const keyId = uuid(resource);
      return { id: keyId, outputs: { keyId, arn: arnOf("kms", `key/${keyId}`, at) } };
    }),
    passiveType(
      "aws:kms/alias:Alias",
      named("kms", (name) => name),
    ),
  ],
};
