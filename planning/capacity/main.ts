/** How many orders a stack can handle: `npm run capacity -- --rate 10000`. */
import { runCommand } from "../command-line";
import { capacityProgram } from "./capacity-program";

runCommand(capacityProgram().parseAsync());
