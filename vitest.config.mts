import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** One project for each folder of tests/, a suite that proves one thing, and one for each package. */
const suites = [
  ...readdirSync("tests", { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "support")
    .map(({ name }) => ({ name, folder: `tests/${name}` })),
  ...readdirSync("packages").map((name) => ({ name, folder: `packages/${name}/tests` })),
];

/** Those that wait for a running host take longest: they come first, and the others fill the gaps. */
const first = ["/least-privilege/", "/pipeline/", "/drills/", "/cli/", "/tests/host/", "/components/", "/policies/"];

const rank = ({ moduleId }: TestSpecification): number =>
  first.toReversed().findIndex((part) => moduleId.includes(part));

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(b) - rank(a));
  }
}

export default defineConfig({
  test: {
    pool: "forks",
    // As the processes that tests start (packages/local-host/src/host-command.ts): the two cores are the scarce thing.
    execArgv: ["--min-semi-space-size=16", "--single-threaded-gc"],
    // More than two cores: most of the time a file with a host waits for it.
    maxWorkers: 4,
    // No test replaces a module or a global, so files share what they import.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    globalSetup: "tests/support/shared-folder.ts",
    projects: suites.map(({ name, folder }) => ({
      extends: true,
      test: { name, include: [`${folder}/**/*.test.ts`], testTimeout: 60_000, hookTimeout: 120_000 },
    })),
  },
});
