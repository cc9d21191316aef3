import { resourcesOf } from "pulumi-local-host/resource-graph";
import { list, object } from "./properties";
import { forEach, type Quota } from "./quota";

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

const bytes = (value: unknown): number => Buffer.byteLength(text(value));

/** IAM counts no white space. */
const charactersOfPolicy = (value: unknown): number => text(value).replace(/\s/g, "").length;

const statements = (document: unknown): number => list(JSON.parse(text(document)).Statement).length;

/** The widgets of a dashboard's body, each with the metrics it draws. */
const widgetMetrics = (body: unknown): number[] =>
  list(JSON.parse(text(body)).widgets).map(({ properties }) => list(object(properties)["metrics"]).length);

const iam = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const sqs = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html";
const sns = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html";
const lambda = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const cloudwatch = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html";
const dashboards =
  "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html";
const alarms = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html";
const events = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";

/** How large a document or a number of things may be. */
export const sizeQuotas: readonly Quota[] = [
  {
    name: "characters of inline policies",
    page: iam,
    measure: (graph) =>
      resourcesOf(graph, "aws:iam/role:Role").map((role) => ({
        of: role.name,
        value: resourcesOf(graph, "aws:iam/rolePolicy:RolePolicy")
          .filter(({ inputs }) => inputs["role"] === role.outputs["name"])
          .reduce((total, { inputs }) => total + charactersOfPolicy(inputs["policy"]), 0),
        atMost: 10_240,
      })),
  },
  forEach("aws:iam/role:Role", {
    name: "characters of the trust policy",
    page: iam,
    atMost: 2_048,
    value: ({ inputs }) => charactersOfPolicy(inputs["assumeRolePolicy"]),
  }),
  forEach("aws:sqs/queuePolicy:QueuePolicy", {
    name: "bytes of the queue policy",
    page: sqs,
    atMost: 8_192,
    value: ({ inputs }) => bytes(inputs["policy"]),
  }),
  forEach("aws:sqs/queuePolicy:QueuePolicy", {
    name: "statements of the queue policy",
    page: sqs,
    atMost: 20,
    value: ({ inputs }) => statements(inputs["policy"]),
  }),
  forEach("aws:sns/topicPolicy:TopicPolicy", {
    name: "bytes of the topic policy",
    page: sns,
    atMost: 30_720,
    value: ({ inputs }) => bytes(inputs["policy"]),
  }),
  forEach("aws:sns/topicPolicy:TopicPolicy", {
    name: "statements of the topic policy",
    page: sns,
    atMost: 100,
    value: ({ inputs }) => statements(inputs["policy"]),
  }),
  forEach("aws:kms/key:Key", {
    name: "bytes of the key policy",
    page: "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html",
    atMost: 32_768,
    value: ({ inputs }) => bytes(inputs["policy"]),
  }),
  forEach("aws:s3/bucketPolicy:BucketPolicy", {
    name: "bytes of the bucket policy",
    page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html",
    atMost: 20_480,
    value: ({ inputs }) => bytes(inputs["policy"]),
  }),
  forEach("aws:lambda/function:Function", {
    name: "bytes of environment variables",
    page: lambda,
    atMost: 4_096,
    value: ({ inputs }) => bytes(object(inputs["environment"])["variables"]),
  }),
  forEach("aws:ssm/parameter:Parameter", {
    name: "bytes of a standard parameter",
    page: "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
    atMost: 4_096,
    value: ({ inputs }) => bytes(inputs["value"]),
  }),
  forEach("aws:cloudwatch/eventRule:EventRule", {
    name: "characters of the event pattern",
    page: events,
    atMost: 2_048,
    value: ({ inputs }) => text(inputs["eventPattern"]).length,
  }),
  forEach("aws:sfn/stateMachine:StateMachine", {
    name: "bytes of the definition",
    page: "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    atMost: 1_048_576,
    value: ({ inputs }) => bytes(inputs["definition"]),
  }),
  forEach("aws:cloudwatch/dashboard:Dashboard", {
    name: "widgets of the dashboard",
    page: cloudwatch,
    atMost: 500,
    value: ({ inputs }) => widgetMetrics(inputs["dashboardBody"]).length,
  }),
  forEach("aws:cloudwatch/dashboard:Dashboard", {
    name: "metrics of one widget",
    page: cloudwatch,
    atMost: 500,
    value: ({ inputs }) => Math.max(0, ...widgetMetrics(inputs["dashboardBody"])),
  }),
  forEach("aws:cloudwatch/dashboard:Dashboard", {
    name: "metrics of all widgets",
    page: cloudwatch,
    atMost: 2_500,
    value: ({ inputs }) => widgetMetrics(inputs["dashboardBody"]).reduce((total, metrics) => total + metrics, 0),
  }),
  forEach("aws:cloudwatch/dashboard:Dashboard", {
    name: "alarms of one widget",
    page: dashboards,
    atMost: 100,
    value: ({ inputs }) =>
      Math.max(
        0,
        ...list(JSON.parse(text(inputs["dashboardBody"])).widgets).map(
          ({ properties }) => list(object(properties)["alarms"]).length,
        ),
      ),
  }),
  forEach("aws:cloudwatch/metricAlarm:MetricAlarm", {
    name: "characters of the alarm's name",
    page: alarms,
    atMost: 255,
    value: ({ outputs, name }) => String(outputs["name"] ?? name).length,
  }),
  forEach("aws:cloudwatch/metricAlarm:MetricAlarm", {
    name: "characters of the alarm's description",
    page: alarms,
    atMost: 1_024,
    value: ({ inputs }) => String(inputs["alarmDescription"] ?? "").length,
  }),
  {
    name: "targets of the rule",
    page: events,
    measure: (graph) =>
      resourcesOf(graph, "aws:cloudwatch/eventRule:EventRule").map((rule) => ({
        of: rule.name,
        value: resourcesOf(graph, "aws:cloudwatch/eventTarget:EventTarget").filter(
          ({ inputs }) => inputs["rule"] === rule.outputs["name"],
        ).length,
        atMost: 5,
      })),
  },
];
