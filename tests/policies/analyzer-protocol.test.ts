import { join } from "node:path";
import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { afterEach, describe, expect, it } from "vitest";
import { rules } from "../../policies/rules";
import { analyzeInProcess } from "./analyze-in-process";
import { analyzeRequests, analyzeStackRequest } from "./analyzer-requests";
import { compliantStack } from "./compliant-stack";
import type { DeclaredResource } from "./declared-resource";
import { engineViewOf } from "./engine-view-of";
import { atUpdate, set } from "./fixture";
import { planted } from "./fixtures/photo-album/planted";
import { PolicyPackProcess } from "./policy-pack-process";
import { type ReportedViolation, violationsIn } from "./violation";

let pack: PolicyPackProcess | undefined;

afterEach(async () => {
  await pack?.stop();
});

async function analyzeOverProtocol(
  process: PolicyPackProcess,
  resources: readonly DeclaredResource[],
): Promise<readonly ReportedViolation[]> {
  const violations: ReportedViolation[] = [];
  for (const request of analyzeRequests(resources)) {
    violations.push(...violationsIn(await process.analyze(request), request.getUrn()));
  }
  return [...violations, ...violationsIn(await process.analyzeStack(analyzeStackRequest(resources)))];
}

describe("the pack in a process of Pulumi's, as the engine runs it,", () => {
  it("names its rules, and finds the same in an unrelated program as in this process: all that is planted in it", async () => {
    const program = join(__dirname, "fixtures/photo-album/index.ts");
    const config = { "aws:region": "eu-central-1" };
    const [started, resources] = await Promise.all([
      PolicyPackProcess.start(config),
      engineViewOf({ program, project: "photo-album", stack: "prod", config, phase: "preview" }),
    ]);
    pack = started;
    const info = await started.info();
    expect(info.getName()).toBe("order-pipeline");
    expect(info.getPoliciesList().map((it) => it.getName())).toEqual(rules.map(({ name }) => name));
    const violations = await analyzeOverProtocol(started, resources);
    expect(violations.map(({ rule, on }) => `${rule}: ${on}`).toSorted()).toEqual(planted);
    expect(violations).toEqual(await analyzeInProcess(resources));
  });

  it("follows a config: a level, a rule's setting, and what the stack's own configuration asks for", async () => {
    const process = await PolicyPackProcess.start({ "shop:customerManagedKey": "true" });
    pack = process;
    await process.configure({
      "queue-is-encrypted": { level: EnforcementLevel.DISABLED },
      "log-group-is-encrypted": { level: EnforcementLevel.ADVISORY },
      "required-tags": { level: EnforcementLevel.MANDATORY, settings: { tags: ["team"] } },
    });
    const resources = atUpdate(set("orders", { tags: { team: "orders" } })(compliantStack)).filter(({ name }) =>
      ["aws", "orders", "work", "worker-logs"].includes(name),
    );
    const answers = await Promise.all(analyzeRequests(resources).map((request) => process.analyze(request)));
    const found = answers.flatMap((answer) =>
      answer.getDiagnosticsList().map((it) => [it.getPolicyname(), it.getEnforcementlevel()]),
    );
    expect(found).toEqual([
      ["required-tags", EnforcementLevel.MANDATORY],
      ["log-group-is-encrypted", EnforcementLevel.ADVISORY],
      ["required-tags", EnforcementLevel.MANDATORY],
    ]);
  });
});
