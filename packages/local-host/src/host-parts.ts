import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessControl } from "./kernel/endpoint/access-control";
import { AwsError, type AwsService, type ResourceHost } from "./kernel/endpoint/aws-service";
import { callService } from "./kernel/endpoint/call-service";
import { Credentials } from "./kernel/endpoint/credentials";
import { securityTokenService } from "./kernel/endpoint/security-token-service";
import type { ServiceCalls } from "./kernel/endpoint/service-calls";
import type { HostContext } from "./kernel/host-context";
import { createHttpApiHost } from "./services/api-gateway/http-api-host";
import { type MetricsHost, metricsHost } from "./services/cloudwatch/host-metrics";
import { createUserPoolHost, type UserPoolHost } from "./services/cognito/user-pool-host";
import { type DynamodbHost, dynamodbHost } from "./services/dynamodb/dynamodb-host";
import { type EventBusHost, eventBusHost } from "./services/event-bridge/host-event-buses";
import { EventSourceHost } from "./services/event-source-mappings/event-source-host";
import { encryptionHost } from "./services/kms/encryption-host";
import { LambdaHost } from "./services/lambda/lambda-host";
import { LogGroupHost } from "./services/logs/log-group-host";
import { type BucketHost, bucketHost } from "./services/s3/bucket-host";
import { type TopicHost, topicHost } from "./services/sns/topic-host";
import { type QueueHost, queueHost } from "./services/sqs/queue-host";
import { parameterHost } from "./services/ssm/parameter-host";
import { type WorkflowHost, workflowHost } from "./services/step-functions/host-workflows";

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
