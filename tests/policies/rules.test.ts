import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import { rules } from "../../policies/rules";
import { analyzeInProcess } from "./analyze-in-process";
import { apiCases } from "./api-cases";
import { compliantStack } from "./compliant-stack";
import type { DeclaredResource } from "./declared-resource";
import { encryptionCases } from "./encryption-cases";
import { add, atFirstPreview, atUpdate, set, whenNothingIsKnown } from "./fixture";
import { iamCases } from "./iam-cases";
import { nothingLostCases } from "./nothing-lost-cases";
import { operatedCases, workflowBehindQueue } from "./operated-cases";

const cases = [...iamCases, ...encryptionCases, ...nothingLostCases, ...operatedCases, ...apiCases];

afterEach(() => {
  pulumi.runtime.setAllConfig({});
});

/** The messages of one rule, by resource. */
const found = async (rule: string, resources: readonly DeclaredResource[]): Promise<Record<string, string>> => {
  const violations = await analyzeInProcess(resources, rule);
  return Object.fromEntries(violations.map(({ on, message }) => [on, message]));
};

describe("a stack that keeps every rule", () => {
  it("passes an update", async () => {
    expect(await analyzeInProcess(atUpdate(compliantStack))).toEqual([]);
  });

  it("passes its first preview, where what refers to another resource is unknown", async () => {
    expect(await analyzeInProcess(atFirstPreview(compliantStack))).toEqual([]);
  });

  it("passes when nothing at all is known of what its resources are given", async () => {
    expect(await analyzeInProcess(whenNothingIsKnown(compliantStack))).toEqual([]);
  });
});

describe.each(cases)("$rule", ({ rule, breaks, change, finds, inPreview, config }) => {
  it(`finds ${breaks}`, async () => {
    pulumi.runtime.setAllConfig({ ...config });
    expect(Object.keys(finds)).not.toEqual([]);
    expect(await found(rule, atUpdate(change(compliantStack)))).toEqual(finds);
  });

  it(`${inPreview === undefined ? "finds" : "cannot know of"} ${breaks} in a first preview`, async () => {
    pulumi.runtime.setAllConfig({ ...config });
    expect(await found(rule, atFirstPreview(change(compliantStack)))).toEqual(inPreview ?? finds);
  });
});

describe("the pack", () => {
  it("has a test that breaks each rule", () => {
    expect(rules.map(({ name }) => name).filter((name) => !cases.some(({ rule }) => rule === name))).toEqual([]);
  });

  it("gives each rule a reason, an AWS source and a fix, under a name of its own", () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
    for (const { name, reason, source, fix } of rules) {
      expect({ name, reason, source, fix }).toEqual({
        name: expect.stringMatching(/^[a-z0-9]+(?:-[a-z0-9]+)+$/),
        reason: expect.stringMatching(/^[A-Z].+\.$/),
        source: expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\/.+/),
        fix: expect.stringMatching(/^[A-Z].+\.$/),
      });
    }
  });
});

describe("no false alarm", () => {
  it("is raised for simulated services in dev, and in somebody's own dev stack", async () => {
    const simulated = set("worker", { environment: { variables: { PAYMENT_URL: "simulated" } } })(compliantStack);
    for (const stack of ["dev", "jo-dev"]) {
      expect(
        (await analyzeInProcess(atUpdate(simulated, stack))).filter((it) => it.rule === "no-simulated-service"),
      ).toEqual([]);
    }
  });

  it("is raised for a role of the same account, or for another account under a condition", async () => {
    const trust = (account: string, condition: object) => ({
      type: "aws:iam/role:Role",
      name: `for-${account}`,
      inputs: {
        assumeRolePolicy: JSON.stringify({
          Statement: { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole", ...condition },
        }),
      },
    });
    const fixture = add(
      trust("111122223333", {}),
      trust("999988887777", { Condition: { StringEquals: { "sts:ExternalId": "shop" } } }),
    )(compliantStack);
    expect(await analyzeInProcess(atUpdate(fixture))).toEqual([]);
  });

  it("is raised for a workflow whose functions may run as often as its queue starts it", async () => {
    const fitting = set("work-to-worker", { batchSize: 2 })(workflowBehindQueue(compliantStack));
    expect(await found("workflow-fits-functions", atUpdate(fitting))).toEqual({});
  });

  it("is raised for an alarm on a metric query, or for a log group with Lambda's own name", async () => {
    const query = { metric: { namespace: "AWS/Lambda", metricName: "Errors", dimensions: { FunctionName: "worker" } } };
    const alarm = set("worker-errors", {
      namespace: undefined,
      metricName: undefined,
      metricQueries: [{ id: "e" }, query],
    });
    const logs = set("worker-logs", { name: "/aws/lambda/worker" });
    const fixture = logs(alarm(set("worker", { loggingConfig: undefined })(compliantStack)));
    expect(await analyzeInProcess(atUpdate(fixture))).toEqual([]);
  });
});
