import type { Command } from "commander";
import type { UseSession } from "../session";

const notes = `
Each row hangs below what caused it: when it began, how long it took, and where that lies in the whole. On a pipe it is JSON.
Needs AWS credentials on a deployed stack. X-Ray keeps one request a second and 5 % of the others; of an order that it has
not kept, the log tells what was done with it and when.
Exit code 1 when there is no such order, or nothing is told of it.

Example:
  orders trace 01a1fd7c-c448-7575-9465-3ea5c30c7eec`;

export const traceCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("trace <order_id>")
    .description("show the path of an order through the pipeline, with the time of each hop")
    .addHelpText("after", notes)
    .action((orderId: string) =>
      inSession(async ({ target, output }) => {
        // The SDK takes a quarter of a second to load; import() would not find TypeScript. The cast is the module's own type.
        const { wayOfOrder, wayAsJson } = require("../traces/way-of-order") as typeof import("../traces/way-of-order");
        const way = await wayOfOrder(target, orderId);
        if (!output.forPeople) return output.one(wayAsJson(way));
        const { drawWay } = require("../traces/draw-way") as typeof import("../traces/draw-way");
        output.write(drawWay(way, process.stdout.columns || 80));
      }),
    );
