import type { DeclaredKey } from "../../kernel/iam/service-access";
import { outputOf } from "../../kernel/program/output-of";
import { arnOf, named, uuid } from "../../kernel/program/provision";
import type { ResourceGraph } from "../../kernel/program/resource-graph";
import { passiveType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

export const keyType = passiveType("aws:kms/key:Key", (resource, at) => {
  const keyId = uuid(resource);
  return { id: keyId, outputs: { keyId, arn: arnOf("kms", `key/${keyId}`, at) } };
});

export const aliasType = passiveType(
  "aws:kms/alias:Alias",
  named("kms", (name) => name),
);

const declaredKeys = (graph: ResourceGraph): readonly DeclaredKey[] =>
  keyType.in(graph).map((node) => {
    const arn = outputOf(node, "arn");
    const aliases = aliasType.in(graph).filter(({ inputs }) => [arn, node.id].includes(String(inputs["targetKeyId"])));
    return {
      arn,
      names: [arn, node.id, ...aliases.flatMap(({ outputs }) => [String(outputs["name"]), String(outputs["arn"])])],
      enabled: node.inputs["isEnabled"] !== false,
      contextVia: (service) => ({
        "kms:CallerAccount": graph.accountId,
        "kms:ViaService": `${service}.${graph.region}.amazonaws.com`,
      }),
      disabledError: "DisabledException",
    };
  });

/** The policy of a key that is given none: the account's own policies decide. */
const accountDecides = (accountId: string): unknown => ({
  Statement: { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
});

/** Nothing on this machine is encrypted. Which key protects what, whether it is enabled, and who may use it, the access control knows. */
export const kmsDeclaration: ServiceDeclaration = {
  name: "kms",
  names: [
    {
      type: aliasType.token,
      atMost: 256,
      pattern: /^alias\/(?!aws\/)[\w/-]+$/,
      of: "letters, digits and / _ -, behind alias/ and not alias/aws/",
      page: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
    },
  ],
  types: [keyType, aliasType],
  access: {
    policies: [
      {
        type: keyType,
        about: "key",
        document: ({ inputs }, { accountId }) => inputs["policy"] ?? accountDecides(accountId),
      },
    ],
    conditionKeys: ["kms:CallerAccount", "kms:GrantIsForAWSResource", "kms:ViaService"],
    keys: declaredKeys,
  },
};
