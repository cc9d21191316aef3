import type { IncomingMessage, ServerResponse } from "node:http";
import { type DynamodbHost, dynamodbHost } from "./dynamodb/dynamodb-host";
import type { AccessControl } from "./endpoint/access-control";
import { AwsError, type AwsService, type ResourceHost } from "./endpoint/aws-service";
import { callService } from "./endpoint/call-service";
import { Credentials } from "./endpoint/credentials";
import { securityTokenService } from "./endpoint/security-token-service";
import type { ServiceCalls } from "./endpoint/service-calls";
import { type EventBusHost, eventBusHost } from "./event-bus/host-event-buses";
import { EventSourceHost } from "./event-sources/event-source-host";
import type { HostContext } from "./host-context";
import { createHttpApiHost } from "./http-api/http-api-host";
import { LambdaHost } from "./lambda/lambda-host";
import { LogGroupHost } from "./logs/log-group-host";
import { type BucketHost, bucketHost } from "./messaging/bucket-host";
import { type QueueHost, queueHost } from "./messaging/queue-host";
import { type TopicHost, topicHost } from "./messaging/topic-host";
import { type MetricsHost, metricsHost } from "./metrics/host-metrics";
import { encryptionHost } from "./parameters/encryption-host";
import { parameterHost } from "./parameters/parameter-host";
import { createUserPoolHost, type UserPoolHost } from "./user-pool/user-pool-host";
import { type WorkflowHost, workflowHost } from "./workflows/host-workflows";

/** Resource types without a life of their own here: others read them, or they only shape how AWS deploys. */
const accountedFor = [
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "awsx:ec2:Vpc",
  "pulumi:providers:aws",
];

export interface HostParts {
  readonly lambda: LambdaHost;
  readonly userPools: UserPoolHost;
  readonly queues: QueueHost;
  readonly metrics: MetricsHost;
  readonly logs: LogGroupHost;
  readonly credentials: Credentials;
  /** What answers on the AWS endpoint. */
  readonly services: readonly AwsService[];
  /** In the order of their start; to be stopped in reverse. */
  readonly inOrder: readonly ResourceHost[];
}

/** The hosts that services reach each other through; set once they are made, since they need the calls themselves. */
interface Called {
  readonly lambda: LambdaHost;
  readonly queues: QueueHost;
  readonly topics: TopicHost;
  readonly buckets: BucketHost;
  readonly buses: EventBusHost;
  readonly workflows: WorkflowHost;
  readonly metrics: MetricsHost;
  readonly logs: LogGroupHost;
  readonly services: ReadonlyMap<string, AwsService>;
}

const serviceCalls = (called: () => Called): ServiceCalls => ({
  invokeFunction: (principal, functionArn, payload) => called().lambda.invokeFunction(principal, functionArn, payload),
  invokeFunctionAsync: (principal, functionArn, payload) =>
    called().lambda.invokeFunctionAsync(principal, functionArn, payload),
  sendMessage: async (principal, queueArn, message) => {
    await called().queues.queues.send(principal, queueArn, message);
  },
  publish: async (principal, topicArn, message) => {
    await called().topics.topics.publish(principal, topicArn, message);
  },
  putObject: (principal, bucketArn, key, body) => called().buckets.putObject(principal, bucketArn, key, body),
  putEvents: (principal, busArn, entry) => called().buses.putEvents(principal, busArn, entry),
  startExecution: (principal, arn, input) => called().workflows.startExecution(principal, arn, input),
  callJson: async (principal, name, action, input) => {
    const service = called().services.get(name);
    if (service === undefined) throw new AwsError("UnknownService", `The local host has no service ${name}.`);
    return callService(service, principal, action, input);
  },
  recordMetric: (namespace, name, dimensions, value, unit) =>
    called().metrics.recordMetric(namespace, name, dimensions, value, unit),
  writeLog: (logGroupName, line) => called().logs.writeLog(logGroupName, line),
});

/** Makes all parts of the host for one graph, wired to each other; nothing is started yet. */
export function hostParts(
  surroundings: Omit<HostContext, "calls" | "access"> & { readonly access: AccessControl },
  interceptApi: (request: IncomingMessage, response: ServerResponse) => boolean,
): HostParts {
  let called: Called | undefined;
  const calls = serviceCalls(() => {
    if (called === undefined) throw new Error("A part of the host calls another before all are made.");
    return called;
  });
  const context: HostContext = { ...surroundings, calls };

  const credentials = new Credentials();
  const logs = new LogGroupHost(context);
  const tables: DynamodbHost = dynamodbHost(context);
  const queues = queueHost(context);
  const topics = topicHost(context, queues.queues);
  const buckets = bucketHost(context, queues.queues, topics.topics);
  const parameters = parameterHost(context);
  const lambda = new LambdaHost(context, { credentialsFor: (role, actor) => credentials.issue(role, actor) });
  const buses = eventBusHost(context);
  const workflows = workflowHost(context);
  const metrics = metricsHost(context, { queueDepth: (arn) => queues.queues.depth(arn) });
  const userPools = createUserPoolHost(context);
  const sources = new EventSourceHost(context, {
    functionAt: (name) => lambda.functionAt(name),
    queues: queues.queues,
    tableStreams: tables.streams,
  });
  const api = createHttpApiHost(context, { hostedKeys: userPools.signingKeys, intercept: interceptApi });
  logs.onLine(({ message }) => metrics.hearLogLine(message));

  const services = [
    tables.service,
    queues.service,
    topics.service,
    buckets.service,
    parameters.service,
    lambda.service,
    buses.service,
    workflows.service,
    metrics.service,
    userPools.service,
    logs,
    securityTokenService(context.graph.accountId),
  ];
  called = {
    lambda,
    queues,
    topics,
    buckets,
    buses,
    workflows,
    metrics,
    logs,
    services: new Map(services.map((service) => [service.service, service])),
  };
  const rest: ResourceHost = { hosts: accountedFor, start: async () => undefined, stop: async () => undefined };
  return {
    lambda,
    userPools,
    queues,
    metrics,
    logs,
    credentials,
    services,
    // What others write to comes first, what sets things going comes last.
    inOrder: [
      rest,
      encryptionHost(),
      logs,
      metrics,
      parameters,
      queues,
      topics,
      buckets,
      tables,
      userPools,
      lambda,
      workflows,
      buses,
      sources,
      api,
    ],
  };
}
