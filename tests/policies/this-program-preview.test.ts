import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analyzeInProcess } from "./analyze-in-process";
import type { DeclaredResource } from "./declared-resource";
import { configOf, engineViewOf } from "./engine-view-of";

let resources: readonly DeclaredResource[];

beforeAll(async () => {
  const config = configOf("prod");
  const program = join(__dirname, "../../index.ts");
  resources = await engineViewOf({ program, project: "order-pipeline", stack: "prod", config, phase: "preview" });
  pulumi.runtime.setAllConfig({ ...config });
});

afterAll(() => {
  pulumi.runtime.setAllConfig({});
});

describe("the first preview of this program", () => {
  it("passes every rule", async () => {
    expect(resources.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["aws:sqs/queue:Queue", "aws:lambda/function:Function", "aws:iam/rolePolicy:RolePolicy"]),
    );
    expect(await analyzeInProcess(resources)).toEqual([]);
  });

  it("is stopped by what components declare of themselves, where documents are unknown", async () => {
    const broken = resources.map((it) => {
      if (it.name === "orders-place-order" && it.type.endsWith(":CallbackFunction")) {
        return { ...it, inputs: { grants: [{ actions: ["dynamodb:*"], resources: ["*"] }] } };
      }
      if (it.name === "orders-placed-dlq" && it.type.endsWith(":DeadLetterQueue")) {
        return { ...it, outputs: { ...it.outputs, statements: [] } };
      }
      if (it.name === "orders-publish-schedule" && it.type.endsWith(":FunctionSchedule")) {
        const wide = { Effect: "Allow", Action: ["lambda:*"], Resource: ["arn:aws:lambda:::function:x"] };
        return { ...it, outputs: { ...it.outputs, statements: [wide] } };
      }
      return it;
    });
    expect((await analyzeInProcess(broken)).map(({ rule, on }) => `${rule}: ${on}`)).toEqual([
      "no-wildcard-action: orders-place-order",
      "no-wildcard-action: orders-publish-schedule",
      "queue-demands-tls: orders-placed-dlq",
      "dead-letters-let-sender-in: orders-placed-dlq",
    ]);
  });
});
