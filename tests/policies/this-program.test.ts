import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../policies/rules";
import { stackGraph, stacks } from "../support/stack-graph";
import { analyzeInProcess } from "./analyze-in-process";
import { configOf } from "./engine-view-of";
import type { ReportedViolation } from "./violation";

const ruleNames = rules.map(({ name }) => name);
const violationsOf = new Map<string, readonly ReportedViolation[]>();

beforeAll(async () => {
  const graphs = await Promise.all(stacks.map((stack) => stackGraph(stack)));
  for (const { stack, resources } of graphs) {
    pulumi.runtime.setAllConfig({ ...configOf(stack) });
    const deployed = resources.map((it) => ({ ...it, outputs: { ...it.outputs, id: it.id } }));
    violationsOf.set(stack, await analyzeInProcess(deployed));
  }
});

afterAll(() => {
  pulumi.runtime.setAllConfig({});
});

describe.each(stacks)("this program's stack %s, deployed,", (stack) => {
  it.each(ruleNames)("keeps %s", (rule) => {
    expect(violationsOf.get(stack)?.filter((it) => it.rule === rule)).toEqual([]);
  });
});
