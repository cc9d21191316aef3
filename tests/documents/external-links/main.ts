/** Whether the external links of the documents and comments are alive: `npm run links`. */
import { runCommand } from "../../../planning/command-line";
import { linksProgram } from "./links-program";

runCommand(linksProgram().parseAsync());
