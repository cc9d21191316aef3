/** `npm run test:engine`: runs the suite where there is an engine, and says so where there is none. */
import { spawnSync } from "node:child_process";
import { pulumiBinary } from "./pulumi-binary";

const binary = pulumiBinary();
if (binary === undefined) {
  console.log("The engine tests did not run: there is no pulumi on the PATH, and PULUMI_BIN is not set.");
} else {
  console.log(`The engine tests run with ${binary}.`);
  const { status } = spawnSync("vitest", ["run", "--project", "engine", ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
