import { join } from "node:path";

/** Arguments with which Node runs a TypeScript file of this code base: `node ...nodeArguments main.ts`. */
export const nodeArguments: readonly string[] = ["--require", join(__dirname, "typescript.cjs")];
