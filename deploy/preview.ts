/** `npm run preview -- --stack dev --comment comment/dev.md`: previews a stack with the policy pack, and writes what it found as Markdown. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { type EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation";
import { previewComment } from "./preview-comment";

const workDir = join(__dirname, "..");

async function preview(stackName: string, comment: string): Promise<void> {
  const stack = await LocalWorkspace.selectStack({ stackName, workDir });
  const events: EngineEvent[] = [];
  const outcome = await stack
    .preview({
      policyPacks: [join(workDir, "policies")],
      color: "never",
      onOutput: (text) => process.stdout.write(text),
      onEvent: (event) => events.push(event),
    })
    .then(
      () => true,
      (error: Error) => {
        console.error(error.message);
        return false;
      },
    );
  mkdirSync(dirname(comment), { recursive: true });
  writeFileSync(comment, previewComment(stackName, events, outcome));
  if (!outcome) process.exitCode = 1;
}

const { stack, comment } = parseArgs({ options: { stack: { type: "string" }, comment: { type: "string" } } }).values;
if (stack === undefined || comment === undefined) {
  console.error("Name a stack and a file: npm run preview -- --stack dev --comment preview-dev.md");
  process.exitCode = 2;
} else {
  preview(stack, comment).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
