import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** One project for each folder of tests/: a suite that proves one thing. */
const suites = readdirSync("tests", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "support")
  .map(({ name }) => name);

export default defineConfig({
  test: {
    pool: "forks",
    // Files that drive a host keep a core busy each.
    maxWorkers: 2,
    globalSetup: "tests/support/shared-folder.ts",
    projects: suites.map((name) => ({
      extends: true,
      test: { name, include: [`tests/${name}/**/*.test.ts`], testTimeout: 30_000, hookTimeout: 60_000 },
    })),
  },
});
