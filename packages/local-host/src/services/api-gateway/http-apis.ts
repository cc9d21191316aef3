import type { Service } from "../../kernel/service";
import { cognito } from "../cognito/cognito";
import { type HttpApiHost, httpApiHost } from "./http-api-host";
import { httpApisDeclaration } from "./resource-types";

export const httpApis: Service<HttpApiHost> = {
  ...httpApisDeclaration,
  host: (context, hosts) =>
    httpApiHost(context, {
      hostedKeys: hosts.of(cognito).signingKeys,
      ...(context.interceptApi && { intercept: context.interceptApi }),
    }),
};
