import type { Command } from "commander";
import { answered } from "../answered";
import { OrdersClient } from "../orders-client";
import type { UseSession } from "../session";

export const schemaCommand = (program: Command, inSession: UseSession): Command =>
  program
    .command("schema")
    .description("print the API's OpenAPI document")
    .addHelpText("after", "\nExample:\n  orders schema > openapi.json")
    .action(() =>
      inSession(async ({ target, output }) => {
        const api = new OrdersClient(target.outputs.api_endpoint, "");
        output.write(JSON.stringify(answered(await api.describe(), "schema"), null, 2));
      }),
    );
