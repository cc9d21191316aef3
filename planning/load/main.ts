/** Load in the shape of a day: `npm run load -- --shape lunch-peak`. */
import { runCommand } from "../command-line";
import { loadProgram } from "./load-program";

runCommand(loadProgram().parseAsync());
