import type { EngineEvent } from "@pulumi/pulumi/automation";
import { describe, expect, it } from "vitest";
import { previewComment } from "../../deploy/preview-comment";

let sequence = 0;

const event = (what: Partial<EngineEvent>): EngineEvent => ({
  sequence: ++sequence,
  timestamp: 1_790_000_000,
  ...what,
});

const step = (op: string, type: string, name: string, paths: readonly string[] = [], custom = true): EngineEvent => {
  const state = { type, urn: "", custom, id: "", parent: "", inputs: {}, outputs: {}, provider: "" };
  const urn = `urn:pulumi:dev::order-pipeline::${type}::${name}`;
  const detailedDiff = Object.fromEntries(paths.map((path) => [path, { diffKind: "update", inputDiff: true }]));
  // The engine's own words for a step; op and diffKind are plain text on the wire.
  const metadata = { op, type, urn, old: state, new: state, provider: "", detailedDiff };
  return event({ resourcePreEvent: { metadata } as unknown as NonNullable<EngineEvent["resourcePreEvent"]> });
};

const summary = (same: number): EngineEvent =>
  event({ summaryEvent: { maybeCorrupt: false, durationSeconds: 14, resourceChanges: { same }, policyPacks: {} } });

describe("the comment on a pull request", () => {
  it("says that nothing changes", () => {
    expect(previewComment("dev", [step("same", "aws:sqs/queue:Queue", "orders-inbox"), summary(290)], true)).toBe(
      "### dev: no changes, 290 resources as they are\n\n",
    );
  });

  it("names what is deleted and replaced before what is updated and created, each with what changes", () => {
    const events = [
      step("create", "aws:cloudwatch/metricAlarm:MetricAlarm", "orders-age"),
      step("update", "aws:lambda/function:Function", "orders-place-order", ["code", "memorySize"]),
      step("create", "order-pipeline:index:WorkQueue", "orders-returns", [], false),
      step("create-replacement", "aws:kms/alias:Alias", "orders-key"),
      step("replace", "aws:kms/alias:Alias", "orders-key", ["name"]),
      step("delete-replaced", "aws:kms/alias:Alias", "orders-key"),
      step("delete", "aws:sqs/queue:Queue", "orders-old"),
      summary(286),
    ];
    expect(previewComment("prod", events, true)).toBe(
      [
        "### prod: 4 changes, 286 resources as they are",
        "**Deleted: 1**\n\n- sqs.Queue `orders-old`",
        "**Replaced: 1**\n\n- kms.Alias `orders-key`: `name`",
        "**Updated: 1**\n\n- lambda.Function `orders-place-order`: `code`, `memorySize`",
        "**Created: 1**\n\n- cloudwatch.MetricAlarm `orders-age`",
        "",
      ].join("\n\n"),
    );
  });

  it("folds a long list", () => {
    const events = Array.from({ length: 11 }, (_, index) => step("create", "aws:sqs/queue:Queue", `orders-${index}`));
    expect(previewComment("dev", events, true)).toContain("<details><summary>Created: 11</summary>");
  });

  it("shows the policy that is violated and the error, and no value of any input", () => {
    const update = step("update", "aws:ssm/parameter:Parameter", "orders-payment-key", ["value"]);
    const [secret] = [update.resourcePreEvent?.metadata.new].filter((it) => it !== undefined);
    if (secret === undefined) throw new Error("A step has a new state.");
    Object.assign(secret.inputs, { value: "s3cret" });
    const comment = previewComment(
      "prod",
      [
        update,
        event({
          policyEvent: {
            resourceUrn: "urn",
            message: "payment is simulated",
            color: "never",
            policyName: "no-simulated-service",
            policyPackName: "order-pipeline",
            policyPackVersion: "1",
            policyPackVersionTag: "1",
            enforcementLevel: "mandatory",
          },
        }),
        event({ diagnosticEvent: { message: "preview failed\n", color: "never", severity: "error" } }),
      ],
      false,
    );
    expect(comment).toContain("### prod: the preview failed");
    expect(comment).toContain("- mandatory: `no-simulated-service` payment is simulated");
    expect(comment).toContain("- preview failed");
    expect(comment).not.toContain("s3cret");
  });
});
