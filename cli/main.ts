import { CommanderError } from "commander";
import { keepLoopbackDirect } from "pulumi-local-host/direct-loopback";
import { CommandError } from "./command-error";
import { ordersProgram } from "./orders-program";

// Whoever reads the output may stop early, as head does: that is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

keepLoopbackDirect(process.env);

ordersProgram()
  .parseAsync()
  .catch((error: unknown) => {
    // Commander has said what is wrong with the command line; help and version are no errors.
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
    const { message, exitCode } = error instanceof CommandError ? error : new CommandError(reasonOf(error));
    process.stderr.write(`${message}\n`);
    process.exit(exitCode);
  });

/** `fetch failed` hides its reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
