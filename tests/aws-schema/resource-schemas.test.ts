import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { stackGraph, stacks } from "../support/stack-graph";
import { changed } from "./changed-graph";
import { cloudFormationTemplate } from "./cloudformation-template";
import { object, type Properties } from "./properties";
import { schemaFindings } from "./schema-findings";

let prod: ResourceGraph;

beforeAll(async () => {
  prod = await stackGraph("prod");
});

describe("AWS's resource schemas", () => {
  it.each(stacks)("find nothing wrong in what %s declares", async (stack) => {
    expect(schemaFindings(await stackGraph(stack))).toEqual([]);
  });

  it("find nothing wrong in a private network", async () => {
    const findings = schemaFindings(await stackGraph("prod", { vpc: "true" }));
    // The local host's stand-ins for ids of awsx.ec2.Vpc's subnets have a hyphen more than AWS's.
    expect(findings.filter((finding) => !finding.includes("'subnet-private-"))).toEqual([]);
  });

  it("are held against every AWS resource of prod, those inside another included", () => {
    const { Resources } = cloudFormationTemplate(prod);
    const inside = prod.resources.filter(({ type }) =>
      /^aws:(s3\/bucket[A-Z]|sqs\/redriveAllow|cloudwatch\/eventTarget)/.test(type),
    );
    const insideToo = inside.filter(({ type }) => type !== "aws:s3/bucketPolicy:BucketPolicy");
    const declared = prod.resources.filter(({ type }) => type.startsWith("aws:"));
    expect(Object.keys(Resources)).toHaveLength(declared.length - insideToo.length);
    expect(Object.keys(object(Resources["ordersImportBucket"]?.Properties)).sort()).toEqual([
      "BucketEncryption",
      "BucketName",
      "LifecycleConfiguration",
      "NotificationConfiguration",
      "OwnershipControls",
      "PublicAccessBlockConfiguration",
      "VersioningConfiguration",
    ]);
  });

  it.each<[what: string, type: string, change: (inputs: Properties) => Properties, finding: string]>([
    [
      "an unknown property",
      "aws:sqs/queue:Queue",
      () => ({ retention: 5 }),
      "Properties.Retention: Additional properties are not allowed ('Retention' was unexpected",
    ],
    [
      "an unknown property deep inside",
      "aws:lambda/function:Function",
      () => ({ tracingConfig: { mode: "Active", rate: 1 } }),
      "Properties.TracingConfig.Rate: Additional properties are not allowed ('Rate' was unexpected",
    ],
    [
      "a missing property",
      "aws:lambda/permission:Permission",
      () => ({ principal: undefined }),
      "'Principal' is a required property",
    ],
    [
      "a value of no enumeration",
      "aws:lambda/function:Function",
      () => ({ architectures: ["arm"] }),
      "Properties.Architectures.0: 'arm' is not one of",
    ],
    [
      "a value too large",
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      () => ({ maximumRetryAttempts: 10_001 }),
      "Properties.MaximumRetryAttempts: 10001",
    ],
    ["a value too small", "aws:lambda/function:Function", () => ({ memorySize: 64 }), "Properties.MemorySize: 64"],
    [
      "a value of another type",
      "aws:lambda/function:Function",
      () => ({ timeout: "soon" }),
      "Properties.Timeout: 'soon' is not of type 'integer'",
    ],
    [
      "a value of another pattern",
      "aws:lambda/function:Function",
      () => ({ role: "orders-role" }),
      "Properties.Role: 'orders-role' does not match",
    ],
    [
      "a list too long",
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      () => ({ functionResponseTypes: ["ReportBatchItemFailures", "ReportBatchItemFailures"] }),
      "Properties.FunctionResponseTypes",
    ],
    [
      "a state machine that AWS refuses",
      "aws:sfn/stateMachine:StateMachine",
      ({ definition }) => ({ definition: JSON.stringify({ ...JSON.parse(String(definition)), StartAt: "Nowhere" }) }),
      "Nowhere",
    ],
  ])("find %s", (_, type, change, finding) => {
    const findings = schemaFindings(changed(prod, type, change));
    expect(findings).toEqual(expect.arrayContaining([expect.stringContaining(finding)]));
  });

  it("are asked for each resource type: one that the tables do not know is named", () => {
    const [first, ...others] = prod.resources.filter(({ type }) => type === "aws:sqs/queue:Queue");
    const unknown = { ...prod, resources: [{ ...first, type: "aws:kinesis/stream:Stream" }, ...others] };
    expect(() => schemaFindings(unknown as ResourceGraph)).toThrow(
      "aws:kinesis/stream:Stream (orders-inbox-dlq) has no counterpart: add it to cloudformation-types.ts.",
    );
  });
});
