import { join } from "node:path";

/** Arguments with which Node runs a TypeScript file: `node ...nodeArguments main.ts`. */
export const nodeArguments: readonly string[] = ["--require", join(__dirname, "typescript.cjs")];

/** Arguments with which Node runs the host, in a folder with a Pulumi program: `node ...hostArguments --stack dev`. */
export const hostArguments: readonly string[] = [...nodeArguments, join(__dirname, "main.ts")];
