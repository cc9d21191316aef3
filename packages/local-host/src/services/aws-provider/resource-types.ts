import { attachment } from "../../kernel/program/provision";
import { passiveType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

/** The provider itself, and what it answers about where it deploys. */
export const awsProviderDeclaration: ServiceDeclaration = {
  name: "aws-provider",
  types: [passiveType("pulumi:providers:aws", attachment)],
  functions: {
    "aws:index/getRegion:getRegion": ({ region }) => ({ name: region, region, id: region }),
    "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" }),
  },
};
