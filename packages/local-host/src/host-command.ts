import { join } from "node:path";

/** For a process that lives for seconds: fewer collections of new objects, on one thread, are a tenth of an evaluation's work. */
const shortLived: readonly string[] = ["--min-semi-space-size=16", "--single-threaded-gc"];

/** Arguments with which Node runs a TypeScript file: `node ...nodeArguments main.ts`. */
export const nodeArguments: readonly string[] = [...shortLived, "--require", join(__dirname, "typescript.cjs")];

/** Arguments with which Node runs the host, in a folder with a Pulumi program: `node ...hostArguments --stack dev`. */
export const hostArguments: readonly string[] = [...nodeArguments, join(__dirname, "main.ts")];
