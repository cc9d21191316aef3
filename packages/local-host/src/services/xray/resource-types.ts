import type { ServiceDeclaration } from "../../kernel/service";

export const xrayDeclaration: ServiceDeclaration = { name: "xray", types: [] };
