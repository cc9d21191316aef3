import type { Service } from "../../kernel/service";
import { keyService } from "./key-service";
import { kmsDeclaration } from "./resource-types";

export const kms: Service = {
  ...kmsDeclaration,
  host: (context) => ({ service: keyService(context), start: async () => undefined, stop: async () => undefined }),
};
