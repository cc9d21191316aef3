import { describe, expect, it } from "vitest";
import { stackGraph } from "../support/stack-graph";

describe("the saved queries of the stack", () => {
  it("look through the logs of all functions, in a folder of the stack's name", async () => {
    const { resources } = await stackGraph("dev");
    const groups = resources
      .filter(({ type }) => type === "aws:lambda/function:Function")
      .map(({ inputs }) => (inputs["loggingConfig"] as { readonly logGroup: string }).logGroup);
    const queries = resources.filter(({ type }) => type === "aws:cloudwatch/queryDefinition:QueryDefinition");
    expect(queries.map(({ inputs }) => inputs["name"])).toEqual([
      "orders-logs-dev/One order",
      "orders-logs-dev/One customer",
      "orders-logs-dev/One trace",
      "orders-logs-dev/Failures by reason",
      "orders-logs-dev/Requests refused",
      "orders-logs-dev/Time of each step",
      "orders-logs-dev/Cold starts",
      "orders-logs-dev/Messages tried again",
    ]);
    expect(groups.length).toBeGreaterThan(10);
    for (const { inputs } of queries) {
      expect([...(inputs["logGroupNames"] as readonly string[])].sort()).toEqual(groups.toSorted());
    }
  });
});
