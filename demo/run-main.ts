/** Thrown by parseArgs of node:util. */
const isOfTheCommandLine = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");

/** Runs a script to its exit code: the number that `main` gives, or 0, 1 when it fails, 2 when the command line is wrong. */
export const runMain = (main: () => Promise<unknown>): void => {
  main().then(
    (code) => process.exit(typeof code === "number" ? code : 0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(isOfTheCommandLine(error) ? 2 : 1);
    },
  );
};
