import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { beforeAll, describe, expect, it } from "vitest";
import { resource, stackGraph } from "../support/stack-graph";
import { connected } from "./connected-stack";

/** What each role may do beside writing its log and its trace: action, and the logical name of the resource. */
const grantsByRole: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "orders-place-order": [["dynamodb:PutItem", "orders-table"]],
  "orders-get-order": [["dynamodb:GetItem", "orders-table"]],
  "orders-list-orders": [
    ["dynamodb:Query", "orders-table/index/by-customer"],
    ["dynamodb:BatchGetItem", "orders-table"],
  ],
  "orders-cancel-order": [
    ["dynamodb:GetItem", "orders-table"],
    ["dynamodb:UpdateItem", "orders-table"],
  ],
  "orders-describe-api": [],
  "orders-relay-order-events": [
    ["dynamodb:DescribeStream", "orders-table/stream"],
    ["dynamodb:GetRecords", "orders-table/stream"],
    ["dynamodb:GetShardIterator", "orders-table/stream"],
    ["events:PutEvents", "orders-bus"],
    ["sqs:SendMessage", "orders-relay-dlq"],
  ],
  "orders-fulfil-order": [
    ["sqs:ReceiveMessage", "orders-fulfilment"],
    ["sqs:DeleteMessage", "orders-fulfilment"],
    ["sqs:GetQueueAttributes", "orders-fulfilment"],
    ["states:StartSyncExecution", "orders-fulfilment-workflow"],
  ],
  "orders-import-orders": [
    ["sqs:ReceiveMessage", "orders-inbox"],
    ["sqs:DeleteMessage", "orders-inbox"],
    ["sqs:GetQueueAttributes", "orders-inbox"],
    ["dynamodb:PutItem", "orders-table"],
    ["sqs:SendMessage", "orders-inbox-dlq"],
  ],
  "orders-import-file": [
    ["sqs:ReceiveMessage", "orders-files"],
    ["sqs:DeleteMessage", "orders-files"],
    ["sqs:GetQueueAttributes", "orders-files"],
    ["sqs:ChangeMessageVisibility", "orders-files"],
    ["s3:GetObjectVersion", "orders-import/incoming/*"],
    ["s3:GetObject", "orders-import/progress/*"],
    ["s3:PutObject", "orders-import/reports/*"],
    ["s3:PutObject", "orders-import/progress/*"],
    ["s3:AbortMultipartUpload", "orders-import/reports/*"],
    ["s3:ListBucket", "orders-import"],
    ["sqs:SendMessage", "orders-inbox"],
  ],
  "orders-publish-order": [
    ["sns:Publish", "orders-intake"],
    ["sqs:SendMessage", "orders-publish-order-dlq"],
  ],
  "orders-publish-schedule": [
    ["lambda:InvokeFunction", "orders-publish-order"],
    ["sqs:SendMessage", "orders-publish-schedule-dlq"],
  ],
  "orders-transform-order-event": [
    ["sqs:ReceiveMessage", "orders-transform"],
    ["sqs:DeleteMessage", "orders-transform"],
    ["sqs:GetQueueAttributes", "orders-transform"],
    ["sns:Publish", "orders-events"],
  ],
  "orders-notify": [
    ["sqs:ReceiveMessage", "orders-notifications"],
    ["sqs:DeleteMessage", "orders-notifications"],
    ["sqs:GetQueueAttributes", "orders-notifications"],
    ["ssm:GetParameter", "orders-slack-webhook"],
  ],
  "orders-reconcile-orders": [
    ["dynamodb:Query", "orders-table/index/open-orders"],
    ["dynamodb:BatchGetItem", "orders-table"],
    ["events:PutEvents", "orders-bus"],
  ],
  "orders-reconcile-schedule": [
    ["lambda:InvokeFunction", "orders-reconcile-orders"],
    ["sqs:SendMessage", "orders-reconcile-schedule-dlq"],
  ],
  "orders-take-payment": [],
  "orders-ship-order": [],
  "orders-refund-payment": [],
  "orders-fulfilment-workflow": [
    ["lambda:InvokeFunction", "orders-take-payment"],
    ["lambda:InvokeFunction", "orders-ship-order"],
    ["lambda:InvokeFunction", "orders-refund-payment"],
    ["dynamodb:GetItem", "orders-table"],
    ["dynamodb:UpdateItem", "orders-table"],
  ],
};

/** Roles that are no function's, and who assumes them. */
const otherServices: Readonly<Record<string, string>> = {
  "orders-fulfilment-workflow": "states.amazonaws.com",
  "orders-reconcile-schedule": "scheduler.amazonaws.com",
  "orders-publish-schedule": "scheduler.amazonaws.com",
};

/** Actions of services that know no resources: the only ones that may be granted on `*`. */
const withoutResources = [
  "xray:",
  "dynamodb:ListStreams",
  "cloudwatch:PutMetricData",
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
].concat([
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
]);

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

const statementsOf = (node: ResourceNode): readonly Statement[] =>
  (JSON.parse(String(node.inputs["policy"])) as { Statement: Statement[] }).Statement;

let graph: ResourceGraph;
let functions: readonly ResourceNode[];

beforeAll(async () => {
  // So that every function there can be is there.
  graph = await stackGraph("dev", connected);
  functions = graph.resources.filter(({ type }) => type === "aws:lambda/function:Function");
});

/** `arn:...:table/orders-table-8416f11/stream/2024...` is `orders-table/stream`. */
const logicalName = (arn: string): string => {
  const owner = graph.resources.find((node) => {
    const own = node.outputs["arn"];
    return typeof own === "string" && (arn === own || arn.startsWith(`${own}/`));
  });
  if (owner === undefined) return arn;
  const rest = arn.slice(String(owner.outputs["arn"]).length).replace(/^(\/stream)\/.*$/, "$1");
  return `${owner.name}${rest}`;
};

describe("a function of the pipeline", () => {
  it("is one of the handlers, and every handler is one function", () => {
    expect(functions.map(({ name }) => name).sort()).toEqual(
      Object.keys(grantsByRole)
        .filter((name) => !(name in otherServices))
        .sort(),
    );
  });

  it("runs its own handler on Node 24, arm64, traced, with a log group of its own", () => {
    for (const { name, inputs } of functions) {
      const verb = name.replace("orders-", "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      expect(inputs).toMatchObject({
        handler: `index.${verb}Handler`,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        memorySize: 512,
        role: resource(graph, "aws:iam/role:Role", name).outputs["arn"],
        tracingConfig: { mode: "Active" },
        loggingConfig: {
          logFormat: "JSON",
          logGroup: resource(graph, "aws:cloudwatch/logGroup:LogGroup", name).outputs["name"],
          systemLogLevel: "WARN",
        },
      });
      expect(inputs).not.toHaveProperty("vpcConfig");
      expect(inputs).not.toHaveProperty("reservedConcurrentExecutions");
    }
  });

  it("has its code as one script and a source map", () => {
    for (const { inputs } of functions) {
      const { archive } = inputs["code"] as { archive: string };
      expect(existsSync(join(archive, "index.js"))).toBe(true);
      expect(existsSync(join(archive, "index.js.map"))).toBe(true);
    }
  });

  it("gets the variables that its handler declares, and where its metrics belong, and no others", () => {
    const variables = Object.fromEntries(
      functions.map(({ name, inputs }) => {
        const { variables: all } = inputs["environment"] as { variables: Record<string, string> };
        const { NODE_OPTIONS, METRICS_NAMESPACE, METRICS_STACK, ...rest } = all;
        expect(NODE_OPTIONS).toBe("--enable-source-maps");
        expect([METRICS_NAMESPACE, METRICS_STACK]).toEqual(["OrderPipeline", "order-pipeline-dev"]);
        const own = Object.keys(rest);
        return [name, own.sort()];
      }),
    );
    expect(variables).toEqual({
      "orders-place-order": ["ORDERS_TABLE"],
      "orders-get-order": ["ORDERS_TABLE"],
      "orders-list-orders": ["ORDERS_TABLE"],
      "orders-cancel-order": ["ORDERS_TABLE"],
      "orders-describe-api": [],
      "orders-relay-order-events": ["EVENT_BUS_NAME"],
      "orders-fulfil-order": ["FULFILMENT_WORKFLOW_ARN"],
      "orders-import-orders": ["INBOX_DEAD_LETTERS_URL", "ORDERS_TABLE"],
      "orders-import-file": ["FILE_QUEUE_URL", "IMPORT_BUCKET", "INBOX_QUEUE_URL"],
      "orders-publish-order": ["INTAKE_TOPIC_ARN"],
      "orders-transform-order-event": ["ORDERS_URL", "ORDER_EVENTS_TOPIC_ARN"],
      "orders-notify": ["SLACK_WEBHOOK_PARAMETER"],
      "orders-reconcile-orders": ["EVENT_BUS_NAME", "EVERY_MINUTES", "LIMIT_MINUTES", "ORDERS_TABLE"],
      "orders-take-payment": ["PAYMENT_URL"],
      "orders-ship-order": ["SHIPPING_URL"],
      "orders-refund-payment": ["PAYMENT_URL"],
    });
  });

  it("declares an alarm after more than 5 errors in 5 minutes", () => {
    for (const { name, outputs } of functions) {
      expect(resource(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", `${name}-errors`).inputs).toMatchObject({
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: outputs["name"] },
        statistic: "Sum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 5,
        period: 300,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        alarmActions: [resource(graph, "aws:sns/topic:Topic", "orders-alarms").outputs["arn"]],
      });
    }
  });
});

describe("what no queue gives back", () => {
  const alarm = (name: string) => resource(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", name).inputs;

  it("has an alarm: on throttles of each function", () => {
    for (const { name, outputs } of functions) {
      expect(alarm(`${name}-throttled`)).toMatchObject({
        namespace: "AWS/Lambda",
        metricName: "Throttles",
        dimensions: { FunctionName: outputs["name"] },
        threshold: 5,
        period: 300,
      });
    }
  });

  it("has an alarm: on 5xx of the API", () => {
    const { id } = resource(graph, "aws:apigatewayv2/api:Api", "orders-api");
    expect(alarm("orders-api-fails")).toMatchObject({
      namespace: "AWS/ApiGateway",
      metricName: "5xx",
      dimensions: { ApiId: id },
      threshold: 5,
      period: 300,
    });
  });
});

describe("a role", () => {
  it("holds exactly its grants, each on exact resources", () => {
    const policies = graph.resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    const held = Object.fromEntries(
      policies.map((policy) => [
        policy.name,
        statementsOf(policy)
          .filter(({ Resource }) => !Resource.includes("*"))
          .flatMap(({ Action, Resource }) =>
            Action.flatMap((action) => Resource.map((arn) => [action, logicalName(arn)])),
          )
          .filter(([action]) => action !== "logs:CreateLogStream" && action !== "logs:PutLogEvents"),
      ]),
    );
    expect(held).toEqual(grantsByRole);
  });

  it("is granted on every resource only what knows no resources, and no action with a wildcard", () => {
    for (const policy of graph.resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")) {
      for (const { Effect, Action, Resource } of statementsOf(policy)) {
        expect(Effect).toBe("Allow");
        expect(Action.filter((action) => action.includes("*"))).toEqual([]);
        if (!Resource.includes("*")) continue;
        expect(Action.filter((action) => !withoutResources.some((prefix) => action.startsWith(prefix)))).toEqual([]);
      }
    }
  });

  it("writes to its own log group only", () => {
    for (const { name } of functions) {
      const log = resource(graph, "aws:cloudwatch/logGroup:LogGroup", name).outputs["arn"];
      const writes = statementsOf(resource(graph, "aws:iam/rolePolicy:RolePolicy", name)).filter(({ Action }) =>
        Action.includes("logs:PutLogEvents"),
      );
      expect(writes).toEqual([
        { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: [`${String(log)}:*`] },
      ]);
    }
  });

  it("is assumed by its one service, for this account only where the service says whom it acts for", () => {
    for (const role of graph.resources.filter(({ type }) => type === "aws:iam/role:Role")) {
      const service = otherServices[role.name] ?? "lambda.amazonaws.com";
      expect(JSON.parse(String(role.inputs["assumeRolePolicy"]))).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: service },
            Action: "sts:AssumeRole",
            ...(service === "lambda.amazonaws.com"
              ? {}
              : { Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } } }),
          },
        ],
      });
      expect(role.inputs).not.toHaveProperty("managedPolicyArns");
    }
    expect(graph.resources.map(({ type }) => type)).not.toContain("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
  });
});
