import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { ordersProgram } from "../../cli/orders-program";

interface Said {
  readonly text: string;
  readonly error: unknown;
}

/** What commander says to arguments that make no command do anything. */
async function said(...args: readonly string[]): Promise<Said> {
  const program = ordersProgram();
  const heard = { text: "" };
  const hear = (text: string): void => {
    heard.text += text;
  };
  for (const command of [program, ...program.commands]) command.configureOutput({ writeOut: hear, writeErr: hear });
  const error: unknown = await program.parseAsync(args, { from: "user" }).catch((reason: unknown) => reason);
  return { text: heard.text, error };
}

const names = ordersProgram().commands.map((command) => command.name());

describe("--help", () => {
  it("of the program lists every command and says what the exit codes mean", async () => {
    expect(names).toEqual([
      "place",
      "get",
      "list",
      "watch",
      "trace",
      "cancel",
      "publish",
      "import",
      "dlq",
      "replay",
      "smoke",
      "token",
      "schema",
    ]);
    const { text, error } = await said("--help");
    expect(error).toMatchObject({ exitCode: 0 });
    for (const name of names) expect(text).toMatch(new RegExp(`^  ${name} .* \\w`, "m"));
    expect(text).toContain("\nExit codes: 0 done, 1 refused or failed, 2 the command line is wrong.\n");
  });

  it.each(names)("of %s has an example of it, and the options that all commands share", async (name) => {
    const { text, error } = await said(name, "--help");
    expect(error).toMatchObject({ exitCode: 0 });
    expect(text).toMatch(new RegExp(`\nExample:\n  .*\\borders ${name}\\b`));
    for (const option of ["--stack <name>", "--data-dir <folder>", "--token <token>", "--json"]) {
      expect(text).toContain(`\n  ${option} `);
    }
    expect(text).not.toContain("(default: [])");
  });

  it.each(["place", "get", "watch", "trace", "cancel", "publish", "import", "dlq", "replay"])(
    "of %s says when its exit code is 1",
    async (name) => {
      expect((await said(name, "--help")).text).toMatch(/^Exit code .*\b1 when /m);
    },
  );
});

describe("a wrong command line", () => {
  it.each([
    [["lst"], "error: unknown command 'lst'\n(Did you mean list?)\nSee orders --help.\n"],
    [["--stak", "dev", "list"], "error: unknown option '--stak'\n(Did you mean --stack?)\nSee orders --help.\n"],
    [["place", "--itm", "Pen"], "error: unknown option '--itm'\n(Did you mean --item?)\nSee orders place --help.\n"],
    [["place", "--item"], "error: option '--item <name[=quantity]>' argument missing\nSee orders place --help.\n"],
    [["get"], "error: missing required argument 'order_id'\nSee orders get --help.\n"],
    [
      ["cancel", "a", "b"],
      "error: too many arguments for 'cancel'. Expected 1 argument but got 2: a, b.\nSee orders cancel --help.\n",
    ],
    [
      ["publish", "--file", "order.json", "--item", "Pen"],
      "error: option '--file <file>' cannot be used with option '--item <name[=quantity]>'\nSee orders publish --help.\n",
    ],
    [
      ["watch", "o-1", "--timeout", "0"],
      "error: option '--timeout <seconds>' argument '0' is invalid. It must be a whole number of seconds, 1 or more.\nSee orders watch --help.\n",
    ],
    [
      ["import", "a.csv", "--timeout", "soon"],
      "error: option '--timeout <seconds>' argument 'soon' is invalid. It must be a whole number of seconds, 1 or more.\nSee orders import --help.\n",
    ],
  ])("%j is refused by what is wrong, and where to look", async (args, text) => {
    const answer = await said(...args);
    expect(answer.text).toBe(text);
    expect(answer.error).toBeInstanceOf(CommanderError);
    expect(answer.error).toMatchObject({ exitCode: 1 });
  });
});
