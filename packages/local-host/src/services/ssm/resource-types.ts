import * as z from "zod";
import { arnOf, type Provision, physicalName } from "../../kernel/program/provision";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

export const parameterType = z.enum(["String", "StringList", "SecureString"]);

const provisionParameter: Provision = (resource, at) => {
  const name = physicalName(resource);
  return { id: name, outputs: { name, arn: arnOf("ssm", `parameter/${name.replace(/^\//, "")}`, at) } };
};

export const declaredParameterType = resourceType("aws:ssm/parameter:Parameter", provisionParameter, {
  shape: { type: parameterType, value: z.string().optional(), insecureValue: z.string().optional() },
  withoutEffect: ["name", "description", "tier", "keyId", "dataType", "allowedPattern", "overwrite", "arn"],
});

export const ssmDeclaration: ServiceDeclaration = {
  name: "ssm",
  types: [declaredParameterType],
  access: {
    encryption: {
      types: [{ type: declaredParameterType, key: "keyId" }],
      keyActions: { "ssm:GetParameter": ["kms:Decrypt"] },
    },
  },
};
