import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";

const runnable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (name: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    // What npm puts there for the package `pulumi` downloads the binary at its first use.
    .filter((folder) => folder !== "" && !folder.includes("node_modules"))
    .map((folder) => join(folder, name))
    .find(runnable);

/** The engine to test with: PULUMI_BIN, or `pulumi` on the PATH; undefined when there is none. Throws when PULUMI_BIN cannot be run. */
export function pulumiBinary(): string | undefined {
  const named = process.env["PULUMI_BIN"];
  if (named === undefined || named === "") return onPath("pulumi");
  if (!runnable(named)) throw new Error(`PULUMI_BIN is ${named}, which is not a program that can be run.`);
  return realpathSync(named);
}

/** Whether Pulumi's language host for Node.js is installed: it comes with the CLI, and a binary built alone has none. */
export const hasLanguageHost = (binary: string): boolean =>
  runnable(join(realpathSync(binary), "../pulumi-language-nodejs")) || onPath("pulumi-language-nodejs") !== undefined;
