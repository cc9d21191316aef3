import { arnOf, named, uuid } from "../../kernel/program/provision";
import { passiveType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

/** Nothing on this machine is encrypted. Which key protects what, whether it is enabled, and who may use it, the access control knows. */
export const kmsDeclaration: ServiceDeclaration = {
  name: "kms",
  names: [
    {
      type: "aws:kms/alias:Alias",
      atMost: 256,
      pattern: /^alias\/(?!aws\/)[\w/-]+$/,
      of: "letters, digits and / _ -, behind alias/ and not alias/aws/",
      page: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
    },
  ],
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
