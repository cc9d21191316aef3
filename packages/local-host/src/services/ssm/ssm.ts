import type { Service } from "../../kernel/service";
import { type ParameterHost, parameterHost } from "./parameter-host";
import { ssmDeclaration } from "./resource-types";

export const ssm: Service<ParameterHost> = {
  ...ssmDeclaration,
  host: parameterHost,
};
