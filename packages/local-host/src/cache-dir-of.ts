import { join } from "node:path";

/** Where a project keeps what is dear to make and can be made again: a fresh install begins without it. */
export const cacheDirOf = (projectDir: string): string =>
  join(projectDir, "node_modules", ".cache", "pulumi-local-host");
