import type { Service } from "../../kernel/service";
import { stsDeclaration } from "./resource-types";
import { securityTokenService } from "./security-token-service";

export const sts: Service = {
  ...stsDeclaration,
  host: ({ graph }) => ({
    service: securityTokenService(graph.accountId),
    start: async () => undefined,
    stop: async () => undefined,
  }),
};
