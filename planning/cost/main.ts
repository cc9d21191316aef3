/** What a stack costs: `npm run cost -- --orders-per-day 10000`. */
import { runCommand } from "../command-line";
import { costProgram } from "./cost-program";

runCommand(costProgram().parseAsync());
