import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { declared, text } from "../declared-stack";
import type { Quantity } from "./quantity";
import type { Work } from "./work-counts";

/** What cannot be measured on a laptop. */
export interface Assumptions {
  /** Milliseconds for which the payment service takes, and as long for the shipping service. */
  readonly serviceMilliseconds: number;
  /** How many times longer a function runs on AWS than it did where it was measured. */
  readonly slower: number;
}

const gigabyte = 2 ** 30;

/** Days of a month. */
export const daysPerMonth = 365 / 12;

/** How many of the two services a function waits for. */
const servicesAwaited: Readonly<Record<string, number>> = {
  "orders-take-payment": 1,
  "orders-ship-order": 1,
  "orders-fulfil-order": 2,
};

/** An Express execution is charged for 64 MB, and for each 100 ms that it begins. */
const workflowGigabytes = 64 / 1024;
const workflowStep = 100;

/** Requests for a message that a mapping takes from a queue: received and deleted, by itself. */
const requestsOfConsumer = 2;

/** Retention in months; what is kept forever counts as ten years. */
const retentionMonths = (graph: ResourceGraph): number => {
  const days = declared(graph, "aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) =>
    Number(inputs["retentionInDays"] ?? 3_650),
  );
  return Math.max(0, ...days) / daysPerMonth;
};

/** What one unit of work uses, but for its traces, of which not all are recorded. */
export function workCosts(
  work: Work,
  graph: ResourceGraph,
  { serviceMilliseconds, slower, compressedLog }: Assumptions & { readonly compressedLog: number },
): readonly Quantity[] {
  const { exact, measured } = work;
  const total = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  const megabytes = new Map(
    declared(graph, "aws:lambda/function:Function").map(({ name, inputs }) => [name, Number(inputs["memorySize"])]),
  );
  const gigabyteSeconds = Object.entries(exact.invocations).reduce((sum, [name, count]) => {
    const waiting = (servicesAwaited[name] ?? 0) * serviceMilliseconds;
    const milliseconds = Math.ceil((measured.milliseconds[name] ?? 0) * slower + waiting);
    return sum + (count * milliseconds * (megabytes.get(name) ?? 128)) / 1024 / 1_000;
  }, 0);
  const workflow = measured.workflowMilliseconds * slower + 2 * serviceMilliseconds;
  const workflowSeconds = (Math.ceil(workflow / workflowStep) * workflowStep) / 1_000;

  const topics = new Map(
    declared(graph, "aws:sns/topic:Topic").map((topic) => [String(topic.outputs["arn"]), topic.name]),
  );
  /** Deliveries of what is published, to subscriptions of a protocol: as if none had a filter. */
  const deliveries = (protocol: string): number =>
    declared(graph, "aws:sns/topicSubscription:TopicSubscription")
      .filter((subscription) => text(subscription, "protocol") === protocol)
      .reduce((sum, each) => sum + (exact.published[topics.get(text(each, "topic")) ?? ""] ?? 0), 0);
  const encryptedBus = declared(graph, "aws:cloudwatch/eventBus:EventBus").some(
    ({ inputs }) => inputs["kmsKeyIdentifier"] !== undefined,
  );
  const logGigabytes = measured.logBytes / gigabyte;
  const quantities: readonly Quantity[] = [
    { price: "httpRequests", what: "API Gateway", amount: exact.apiRequests },
    { price: "lambdaRequests", what: "Lambda, requests", amount: total(exact.invocations) },
    { price: "lambdaGbSeconds", what: "Lambda, compute", amount: gigabyteSeconds },
    { price: "writeUnits", what: "DynamoDB, writes", amount: exact.writeUnits },
    { price: "readUnits", what: "DynamoDB, reads", amount: exact.readUnits },
    { price: "busEvents", what: "EventBridge, events", amount: exact.events },
    {
      price: "archivedGb",
      what: "EventBridge, archive",
      amount: (exact.events * measured.eventBytes) / gigabyte,
    },
    {
      price: "queueRequests",
      what: "SQS, messages",
      amount: total(exact.messages) * (1 + requestsOfConsumer) + deliveries("sqs"),
    },
    { price: "published", what: "SNS, messages", amount: total(exact.published) },
    { price: "webDeliveries", what: "SNS, webhooks", amount: deliveries("https") },
    { price: "executions", what: "Step Functions, executions", amount: exact.executions },
    {
      price: "executionGbHours",
      what: "Step Functions, duration",
      amount: (exact.executions * workflowSeconds * workflowGigabytes) / 3_600,
    },
    { price: "logGb", what: "CloudWatch Logs, taken in", amount: logGigabytes },
    {
      price: "logGbMonths",
      what: "CloudWatch Logs, kept",
      amount: logGigabytes * compressedLog * retentionMonths(graph),
    },
    { price: "metricRequests", what: "CloudWatch, gauges", amount: exact.metricRequests },
    // Nothing is said of a key that is kept: GenerateDataKey when it comes in, Decrypt when it goes out.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
    { price: "keyRequests", what: "KMS, events on the bus", amount: encryptedBus ? 2 * exact.events : 0 },
  ];
  return quantities.filter(({ amount }) => amount > 0);
}

/** Functions whose invocations begin a trace: those that the API, a queue, a stream or a schedule invokes. */
export function tracedInvocations(work: Work, graph: ResourceGraph): readonly number[] {
  const workflowTasks = ["orders-take-payment", "orders-ship-order", "orders-refund-payment"];
  const traced = new Set(
    declared(graph, "aws:lambda/function:Function")
      .filter(({ inputs }) => Reflect.get(Object(inputs["tracingConfig"]), "mode") === "Active")
      .map(({ name }) => name),
  );
  return Object.entries(work.exact.invocations).flatMap(([name, count]) =>
    traced.has(name) && !workflowTasks.includes(name) ? [count] : [],
  );
}
