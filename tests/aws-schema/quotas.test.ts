import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { connected } from "../components/connected-stack";
import { resource, stackGraph, stacks } from "../support/stack-graph";
import { changed } from "./changed-graph";
import type { Properties } from "./properties";
import { exceeded, type Quota } from "./quota";
import { schemaFindings } from "./schema-findings";
import { sizeQuotas } from "./size-quotas";
import { timingQuotas } from "./timing-quotas";

const quotas: readonly Quota[] = [...sizeQuotas, ...timingQuotas];

let prod: ResourceGraph;
let connectedDev: ResourceGraph;

beforeAll(async () => {
  prod = await stackGraph("prod");
  connectedDev = await stackGraph("dev", connected);
});

/** Two bytes for each of `length` characters; in JSON as well. */
const long = (length: number): string => "é".repeat(length);

const policyWith = (statements: number, size = 1): string =>
  JSON.stringify({ Statement: Array.from({ length: statements }, () => ({ Sid: long(size) })) });

const policy =
  (statements: number, size?: number) =>
  (_: Properties): Properties => ({ policy: policyWith(statements, size) });

const dashboard = (widgets: number, metrics: number) => (): Properties => ({
  dashboardBody: JSON.stringify({
    widgets: Array.from({ length: widgets }, () => ({
      properties: { metrics: Array.from({ length: metrics }, () => ["AWS/SQS"]) },
    })),
  }),
});

const definition =
  (change: (definition: Properties) => Properties) =>
  (inputs: Properties): Properties => ({
    definition: JSON.stringify({ ...change(JSON.parse(String(inputs["definition"]))) }),
  });

const mapping =
  (change: Properties) =>
  (inputs: Properties): Properties | undefined =>
    String(inputs["eventSourceArn"]).includes(":sqs:") ? change : undefined;

/** For each quota what just exceeds it: the type of resource, and its inputs then. */
const excesses: Readonly<Record<string, readonly [string, Parameters<typeof changed>[2]]>> = {
  "characters of inline policies": ["aws:iam/rolePolicy:RolePolicy", policy(1, 10_240)],
  "characters of the trust policy": ["aws:iam/role:Role", () => ({ assumeRolePolicy: policyWith(1, 2_048) })],
  "bytes of the queue policy": ["aws:sqs/queuePolicy:QueuePolicy", policy(1, 4_096)],
  "statements of the queue policy": ["aws:sqs/queuePolicy:QueuePolicy", policy(21)],
  "bytes of the topic policy": ["aws:sns/topicPolicy:TopicPolicy", policy(1, 15_360)],
  "statements of the topic policy": ["aws:sns/topicPolicy:TopicPolicy", policy(101)],
  "bytes of the key policy": ["aws:kms/key:Key", policy(1, 16_384)],
  "bytes of the bucket policy": ["aws:s3/bucketPolicy:BucketPolicy", policy(1, 10_240)],
  "bytes of environment variables": [
    "aws:lambda/function:Function",
    () => ({ environment: { variables: { URL: long(2_048) } } }),
  ],
  "bytes of a standard parameter": ["aws:ssm/parameter:Parameter", () => ({ value: long(2_049) })],
  "characters of the event pattern": [
    "aws:cloudwatch/eventRule:EventRule",
    () => ({ eventPattern: JSON.stringify({ source: [long(2_048)] }) }),
  ],
  "bytes of the definition": [
    "aws:sfn/stateMachine:StateMachine",
    definition((it) => ({ ...it, Comment: long(524_288) })),
  ],
  "widgets of the dashboard": ["aws:cloudwatch/dashboard:Dashboard", dashboard(501, 1)],
  "metrics of one widget": ["aws:cloudwatch/dashboard:Dashboard", dashboard(1, 501)],
  "metrics of all widgets": ["aws:cloudwatch/dashboard:Dashboard", dashboard(26, 100)],
  "alarms of one widget": [
    "aws:cloudwatch/dashboard:Dashboard",
    () => ({ dashboardBody: JSON.stringify({ widgets: [{ properties: { alarms: Array(101).fill("arn") } }] }) }),
  ],
  "characters of the alarm's description": [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    () => ({ alarmDescription: long(1_025) }),
  ],
  "concurrency reserved by all functions, of an account's 1,000 less the 100 that stay unreserved,": [
    "aws:lambda/function:Function",
    () => ({ reservedConcurrentExecutions: 901 }),
  ],
  "seconds of the function": ["aws:lambda/function:Function", () => ({ timeout: 901 })],
  "concurrent batches of the mapping, of its function's reserved concurrency,": [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    mapping({ scalingConfig: { maximumConcurrency: 51 } }),
  ],
  "seconds of six attempts and the batching window, of the visibility timeout,": [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    mapping({ maximumBatchingWindowInSeconds: 1 }),
  ],
  "batch size of a mapping without a batching window": [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    mapping({ batchSize: 11 }),
  ],
  "milliseconds of the integration": [
    "aws:apigatewayv2/integration:Integration",
    () => ({ timeoutMilliseconds: 30_001 }),
  ],
  "milliseconds of the function, of the integration that waits for it,": [
    "aws:apigatewayv2/integration:Integration",
    () => ({ timeoutMilliseconds: 9_999 }),
  ],
  "seconds of the function, of the task that waits for it,": [
    "aws:lambda/function:Function",
    (_, { name }) => (name === "orders-take-payment" ? { timeout: 13 } : undefined),
  ],
  "seconds of the workflow, of the function that waits for it,": [
    "aws:sfn/stateMachine:StateMachine",
    definition((it) => ({ ...it, TimeoutSeconds: 60 })),
  ],
  "seconds of an Express workflow": [
    "aws:sfn/stateMachine:StateMachine",
    definition((it) => ({ ...it, TimeoutSeconds: 301 })),
  ],
};

describe.each(quotas.map((quota) => [quota.name, quota] as const))("AWS's limit for %s", (name, quota) => {
  it.each(stacks)("is kept by %s, where there is something to measure", async (stack) => {
    const graph = await stackGraph(stack);
    expect(exceeded(quota, graph)).toEqual([]);
    const measured = quota.measure(graph);
    // Secrets are parameters, and dev has none.
    expect(measured.length > 0 || (stack === "dev" && name === "bytes of a standard parameter")).toBe(true);
  });

  it("is kept with every way in and out switched on", () => {
    expect(exceeded(quota, connectedDev)).toEqual([]);
  });

  it("is noticed when it is exceeded", () => {
    expect(exceeded(quota, excess(name))).toEqual([expect.stringMatching(new RegExp(`: .*at most .*${quota.page}`))]);
  });
});

function excess(name: string): ResourceGraph {
  if (name === "characters of the alarm's name") return withAlarmNamed("a".repeat(256));
  if (name === "targets of the rule") return withTargets(6);
  const [type, change] = excesses[name] ?? [];
  if (type === undefined || change === undefined) throw new Error(`Nothing here exceeds ${name}.`);
  return changed(prod, type, change);
}

function withAlarmNamed(name: string): ResourceGraph {
  const alarm = prod.resources.findIndex(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
  return {
    ...prod,
    resources: prod.resources.map((node, at) =>
      at === alarm ? { ...node, outputs: { ...node.outputs, name } } : node,
    ),
  };
}

function withTargets(count: number): ResourceGraph {
  const target = prod.resources.filter(({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget").slice(0, 1);
  return { ...prod, resources: [...prod.resources, ...Array.from({ length: count - 1 }, () => target).flat()] };
}

describe("the name of a stack", () => {
  /** What a user pool's domain of 63 characters leaves beside orders-identity-, a hyphen and the account's 12 digits. */
  const longest = "s".repeat(34);

  /** What dev declares, under another name of the stack. */
  const named = async (stack: string): Promise<ResourceGraph> =>
    // The same graph: only texts within it differ.
    JSON.parse(JSON.stringify(await stackGraph("dev")).replaceAll(/-dev(?=[-:"/*])/g, `-${stack}`)) as ResourceGraph;

  it("may be 34 characters long: every physical name made from it is one that AWS takes", async () => {
    const graph = await named(longest);
    expect(schemaFindings(graph)).toEqual([]);
    const made = graph.resources.filter(({ inputs }) => JSON.stringify(inputs).includes(`-${longest}`));
    expect(new Set(made.map(({ type }) => type))).toEqual(
      new Set([
        "aws:apigatewayv2/stage:Stage",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        "aws:cloudwatch/dashboard:Dashboard",
        "aws:cloudwatch/logGroup:LogGroup",
        // The dimension of the pipeline's metrics, which functions are told in their environment.
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:cloudwatch/queryDefinition:QueryDefinition",
        "aws:lambda/function:Function",
        "aws:cognito/userPoolDomain:UserPoolDomain",
        "aws:kms/alias:Alias",
        "aws:sfn/stateMachine:StateMachine",
      ]),
    );
  });

  it("may not be longer: a user pool's domain cannot be made from it", async () => {
    expect(schemaFindings(await named(`${longest}s`))).toEqual([
      expect.stringContaining("ordersIdentityUserPoolDomain Properties.Domain: "),
    ]);
  });

  it.each(stacks)("is one that Cognito takes in a domain, for %s", async (stack) => {
    const { inputs } = resource(
      await stackGraph(stack),
      "aws:cognito/userPoolDomain:UserPoolDomain",
      "orders-identity",
    );
    // The schema says the length only: docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html
    expect(inputs["domain"]).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
  });
});
