import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DefinitionCheck } from "../src/services/step-functions/definition-check";
import { machine, start } from "./workflows-fixture";

describe("a definition that cannot be run as on AWS", () => {
  it.each([
    [
      "JSONata",
      machine("A", { A: { Type: "Pass", End: true } }, { QueryLanguage: "JSONata" }),
      /QueryLanguage JSONata/,
    ],
    ["variables", machine("A", { A: { Type: "Pass", Assign: { x: 1 }, End: true } }), /Assign of state A/],
    [
      "an integration that is not hosted",
      machine("A", { A: { Type: "Task", Resource: "arn:aws:states:::ecs:runTask", End: true } }),
      /Resource arn:aws:states:::ecs:runTask of state A/,
    ],
    ["a missing state", machine("A", { A: { Type: "Pass", Next: "B" } }), /the definition is not valid/],
  ])("is refused for %s, with the resource's URN", async (_what, definition, message) => {
    const definitions = new DefinitionCheck(join(mkdtempSync(join(tmpdir(), "checked-")), "definitions"));
    await expect(start(definition, {}, {}, { definitions })).rejects.toThrow(message);
    await expect(start(definition, {}, {}, { definitions })).rejects.toThrow(
      "urn:pulumi:test::flow::aws:sfn/stateMachine:StateMachine::fulfil",
    );
  });

  it("is refused for the type STANDARD", async () => {
    await expect(start(machine("A", { A: { Type: "Pass", End: true } }), {}, { type: "STANDARD" })).rejects.toThrow(
      "has the type STANDARD; the local host runs EXPRESS state machines",
    );
  });
});
