import { CommanderError, InvalidArgumentError } from "commander";
import { ProgramError } from "pulumi-local-host/load-graph";
import { CommandError } from "../cli/command-error";

/** A number that an option takes, within bounds. */
export const numberFrom =
  (least: number, most: number) =>
  (given: string): number => {
    const value = Number(given);
    if (given.trim() !== "" && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `It must be a number from ${least.toLocaleString("en")} to ${most.toLocaleString("en")}.`,
    );
  };

/** `--config key=value`, as `npm start` has it; may be repeated. */
export const settingFrom = (
  given: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError("It must be key=value.");
  return { ...before, [key]: value };
};

/** Runs a command to its exit code: the number that it gives, if any, 0 done, 1 failed, 2 the command line is wrong. */
export const runCommand = (command: Promise<unknown>): void => {
  // Whoever reads the output may stop early, as head does: that is not a failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  command.then(
    (code) => {
      if (typeof code === "number") process.exit(code);
    },
    (error: unknown) => {
      if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
      const ofOptions = isOfOptions(error);
      const known = ofOptions || error instanceof CommandError || error instanceof ProgramError;
      const said = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
      process.stderr.write(`${said}\n`);
      process.exit(error instanceof CommandError ? error.exitCode : ofOptions ? 2 : 1);
    },
  );
};

/** Of parseArgs of node:util. */
const isOfOptions = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
