import { beforeAll, describe, expect, it } from "vitest";
import { type Stack, stackGraph, stacks } from "../support/stack-graph";
import { DeployedStack, secretsOf } from "./deployed-stack";
import type { Outcome } from "./operation-request";
import { pulumiBinary } from "./pulumi-binary";

/** Many seconds of the engine, and of the program's evaluation, go into each operation. */
const timeout = 180_000;

const stateful = [
  "aws:cognito/userPool:UserPool",
  "aws:dynamodb/table:Table",
  "aws:kms/key:Key",
  "aws:s3/bucket:Bucket",
  "aws:sqs/queue:Queue",
];

const counted = (steps: Outcome["steps"]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { op } of steps) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
};

/** What the local host sees of the same program, and the stack itself, which only the engine has as a resource. */
const declared = async (name: Stack): Promise<number> => (await stackGraph(name)).resources.length + 1;

const ofType = ({ resources }: Outcome, type: string): number => resources.filter((it) => it.type === type).length;

/** Steps by which something that holds data or messages would go. */
const losses = ({ steps }: Outcome): readonly string[] =>
  steps.filter(({ op, type }) => stateful.includes(type) && !["create", "update"].includes(op)).map(({ urn }) => urn);

describe.skipIf(pulumiBinary() === undefined)("Pulumi's engine", () => {
  let prod: DeployedStack;

  describe.each(stacks)("with %s", (name) => {
    let deployed: DeployedStack;
    let resources: number;

    beforeAll(async () => {
      deployed = new DeployedStack(name);
      if (name === "prod") prod = deployed;
      resources = await declared(name);
    });

    it("previews a stack of which nothing exists yet, and the policy pack passes it", { timeout }, async () => {
      const preview = await deployed.run("preview", { policyPack: true });
      expect(preview).toMatchObject({ succeeded: true, violations: [], said: "", resources: [] });
      expect(counted(preview.steps)).toEqual({ create: resources });
      console.log(`preview of ${name} with the policy pack: ${preview.seconds.toFixed(1)} s`);
    });

    it("deploys it in one pass", { timeout }, async () => {
      const up = await deployed.run("up");
      expect(up).toMatchObject({ succeeded: true, said: "" });
      expect(up.resources).toHaveLength(resources);
    });

    it("finds nothing to change the second time, and the policy pack passes what exists", { timeout }, async () => {
      const again = await deployed.run("up", { policyPack: true });
      expect(again).toMatchObject({ succeeded: true, violations: [], said: "", steps: [] });
      expect(again.resources).toHaveLength(resources);
    });
  });

  describe("with prod deployed", () => {
    it("keeps secrets encrypted in the state", () => {
      const state = prod.state();
      for (const secret of Object.values(secretsOf("prod"))) expect(state).not.toContain(secret);
      expect(state).toContain('"ciphertext"');
    });

    it.each([
      ["protect", "false"],
      ["vpc", "true"],
    ])("replaces and deletes nothing that holds data when %s becomes %s", { timeout }, async (setting, value) => {
      const preview = await prod.run("preview", { settings: { [setting]: value } });
      expect(preview).toMatchObject({ succeeded: true, said: "" });
      expect(preview.steps).not.toEqual([]);
      expect(losses(preview)).toEqual([]);
    });

    it("leaves a table as it is when warmThroughput is set after it was made", { timeout }, async () => {
      const warmThroughput = '{"readUnitsPerSecond":12000,"writeUnitsPerSecond":4000}';
      const preview = await prod.run("preview", { settings: { warmThroughput } });
      expect(preview).toMatchObject({ succeeded: true, said: "", steps: [] });
    });

    it("refuses to take the keys of a protected stack away", { timeout }, async () => {
      const preview = await prod.run("preview", { settings: { customerManagedKey: "false" } });
      expect(preview.succeeded).toBe(false);
      expect(preview.said).toMatch(/orders-bus-dlq-key" cannot be deleted/);
    });

    it("stops the preview when a policy is violated", { timeout }, async () => {
      const preview = await prod.run("preview", { settings: { paymentUrl: "simulated" }, policyPack: true });
      expect(preview.succeeded).toBe(false);
      expect(preview.violations).toContain("no-simulated-service");
    });

    it.each(["destroy-after-preview", "destroy"] as const)(
      "refuses %s, and everything is still there",
      {
        timeout,
      },
      async (operation) => {
        const refused = await prod.run(operation);
        expect(refused.succeeded).toBe(false);
        expect(refused.said).toContain("orders-guard");
        expect(refused.said).toContain("cannot be deleted");
        expect(refused.resources).toHaveLength(await declared("prod"));
        expect([ofType(refused, "aws:sqs/queue:Queue"), ofType(refused, "aws:dynamodb/table:Table")]).toEqual([17, 1]);
        if (operation === "destroy") expect(refused.done).toEqual([]);
      },
    );

    it(
      "takes them away in two updates, the first without the protection, and keeps all data",
      async () => {
        const off = { customerManagedKey: "false" };
        const unprotected = await prod.run("up", { settings: { protect: "false" } });
        expect(unprotected).toMatchObject({ succeeded: true, said: "" });
        const without = await prod.run("up", { settings: off });
        expect(without).toMatchObject({ succeeded: true, said: "" });
        const lost = losses(without).map((urn) => urn.split("::").at(-1));
        expect(lost.toSorted()).toEqual(["orders-bus-dlq", "orders-bus-dlq-key"]);
        expect(without.resources.filter(({ urn }) => urn.includes("orders-bus-dlq"))).toEqual([]);
        const table = without.resources.find(({ urn }) => urn.endsWith("dynamodb/table:Table::orders-table"));
        expect(table?.protect).toBe(true);
        expect(await prod.run("up")).toMatchObject({ succeeded: true, said: "" });
      },
      4 * timeout,
    );

    it("destroys it once an update has switched the protection off", { timeout: 2 * timeout }, async () => {
      const unprotected = await prod.run("up", { settings: { protect: "false" } });
      expect(unprotected).toMatchObject({ succeeded: true, said: "" });
      expect(unprotected.resources.filter(({ protect }) => protect === true)).toEqual([]);
      const destroyed = await prod.run("destroy", { settings: { protect: "false" } });
      expect(destroyed).toMatchObject({ succeeded: true, said: "" });
      expect(destroyed.resources).toEqual([]);
    });
  });
});
