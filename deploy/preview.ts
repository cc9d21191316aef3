/** `npm run preview -- --stack dev --comment comment/dev.md`: previews a stack with the policy pack, and writes what it found as Markdown. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation";
import { Command } from "commander";
import { CommandError } from "../cli/command-error";
import { runCommand } from "../planning/command-line";
import { previewComment } from "./preview-comment";

const workDir = join(__dirname, "..");

async function preview(stackName: string, comment: string): Promise<void> {
  const stack = await LocalWorkspace.selectStack({ stackName, workDir }).catch((error: Error) => {
    throw new CommandError(
      /ENOENT/.test(error.message)
        ? "The Pulumi CLI is not installed, see https://www.pulumi.com/docs/install/."
        : error.message,
    );
  });
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

interface PreviewOptions {
  readonly stack: string;
  readonly comment: string;
}

const program = new Command("npm run preview --")
  .usage("--stack <name> --comment <file>")
  .showHelpAfterError("See npm run preview -- --help.")
  .exitOverride()
  .description("Previews a stack with the policy pack, and writes what would change as Markdown. Deploys nothing.")
  .requiredOption("--stack <name>", "the Pulumi stack")
  .requiredOption("--comment <file>", "where the Markdown goes")
  .addHelpText(
    "after",
    "\nExit codes: 0 it can be deployed, 1 the preview failed or a policy forbids it, 2 the command line is wrong.",
  )
  .action(({ stack, comment }: PreviewOptions) => preview(stack, comment));

runCommand(program.parseAsync());
