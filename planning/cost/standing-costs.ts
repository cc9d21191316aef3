import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { declared, field, list, text } from "../declared-stack";
import type { Quantity } from "./quantity";

/** Hours of a month, as AWS's calculator has it. */
export const hoursPerMonth = 730;

/**
 * Lambda asks a queue for messages over five connections at once, for 20 seconds each, whether there are messages or not:
 * https://aws.amazon.com/blogs/compute/estimating-cost-for-amazon-sqs-message-processing-using-aws-lambda/
 */
const pollsPerHour = 5 * (3_600 / 20);

const queueMappings = (graph: ResourceGraph) =>
  declared(graph, "aws:lambda/eventSourceMapping:EventSourceMapping").filter((mapping) =>
    text(mapping, "eventSourceArn").includes(":sqs:"),
  );

/** An alarm on an expression is charged for each metric that the expression has. */
const metricsOf = (alarm: Readonly<Record<string, unknown>>): number =>
  Math.max(1, list(alarm["metricQueries"]).filter((query) => field(query, "metric") !== undefined).length);

const isForMachines = (client: Readonly<Record<string, unknown>>): boolean =>
  list(client["allowedOauthFlows"]).includes("client_credentials");

/** Requests to KMS in a month that do not depend on how much is encrypted: services keep a data key for a while. */
function keyRequests(graph: ResourceGraph): number {
  const polled = new Set(queueMappings(graph).map((mapping) => text(mapping, "eventSourceArn")));
  // (2 x producers + consumers) for each hour: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
  const queues = declared(graph, "aws:sqs/queue:Queue").filter(
    ({ inputs, outputs }) => inputs["kmsMasterKeyId"] !== undefined && polled.has(String(outputs["arn"])),
  );
  // A table key every five minutes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
  const tables = declared(graph, "aws:dynamodb/table:Table").filter(
    ({ inputs }) => field(inputs["serverSideEncryption"], "kmsKeyArn") !== undefined,
  );
  // As a queue, and a data key is kept for five minutes: https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic.html
  const topics = declared(graph, "aws:sns/topic:Topic").filter(({ inputs }) => inputs["kmsMasterKeyId"] !== undefined);
  return hoursPerMonth * (3 * queues.length + 12 * tables.length + 24 * topics.length);
}

/** What a stack costs for being there, in a month. */
export function standingCosts(graph: ResourceGraph): readonly Quantity[] {
  const alarms = declared(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");
  const networks = declared(graph, "awsx:ec2:Vpc").length;
  const endpoints = declared(graph, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(
    (endpoint) => text(endpoint, "vpcEndpointType") === "Interface",
  );
  const zones = endpoints.reduce((total, { inputs }) => total + Math.max(2, list(inputs["subnetIds"]).length), 0);
  const polled = queueMappings(graph).length;
  const clients = declared(graph, "aws:cognito/userPoolClient:UserPoolClient").filter(({ inputs }) =>
    isForMachines(inputs),
  );
  return [
    {
      price: "alarms",
      what: "CloudWatch alarms",
      amount: alarms.reduce((sum, { inputs }) => sum + metricsOf(inputs), 0),
    },
    {
      price: "compositeAlarms",
      what: "CloudWatch composite alarms",
      amount: declared(graph, "aws:cloudwatch/compositeAlarm:CompositeAlarm").length,
    },
    {
      price: "dashboards",
      what: "CloudWatch dashboards",
      amount: declared(graph, "aws:cloudwatch/dashboard:Dashboard").length,
    },
    { price: "machineClients", what: "Cognito client for back ends", amount: clients.length },
    { price: "keys", what: "KMS keys", amount: declared(graph, "aws:kms/key:Key").length },
    { price: "keyRequests", what: "KMS, keys of data kept for a while", amount: keyRequests(graph) },
    {
      price: "queueRequests",
      what: `SQS, Lambda's polling of ${polled} queues`,
      amount: polled * pollsPerHour * hoursPerMonth,
    },
    { price: "natHours", what: "NAT gateway", amount: networks * hoursPerMonth },
    { price: "publicAddressHours", what: "Public address of the NAT gateway", amount: networks * hoursPerMonth },
    { price: "endpointHours", what: "VPC endpoints of AWS's APIs", amount: zones * hoursPerMonth },
  ];
}
