import type { Command } from "commander";
import type { UseSession } from "../session";

export const tokenCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("token")
    .description("print an access token")
    .addHelpText("after", '\nExample:\n  curl -H "authorization: Bearer $(orders token)" ...')
    .action(() => inSession(async ({ target, output }) => output.write(await target.token())));
