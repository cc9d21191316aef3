import * as z from "zod";
import { outputOf } from "../../kernel/program/output-of";
import { type ResourceGraph, type ResourceNode, resourcesOf } from "../../kernel/program/resource-graph";
import { type Hop, routeArn } from "./flow-parts";
import { ownerArn } from "./owner-arn";

/** Connections that a program declares as such: integrations, mappings, targets, subscriptions, notifications, redrives. */
export const declaredHops = (graph: ResourceGraph): readonly Hop[] => [
  ...routes(graph),
  ...mappings(graph),
  ...rules(graph),
  ...schedules(graph),
  ...subscriptions(graph),
  ...notifications(graph),
  ...tasks(graph),
  ...redrives(graph),
  ...asynchronousFailures(graph),
];

const optionalArn = z.object({ arn: z.string().optional() }).optional();
const destination = z.object({ destinationArn: z.string().optional(), destination: z.string().optional() }).optional();

/** Resources of a type, with the inputs that matter here. The host of the type has checked them already. */
const declared = <Shape extends z.ZodRawShape>(graph: ResourceGraph, type: string, shape: Shape) => {
  const schema = z.object(shape);
  return resourcesOf(graph, type).map((resource) => ({ resource, inputs: schema.parse(resource.inputs) }));
};

const hop = (kind: Hop["kind"], from: string, to: string | undefined, port?: string): readonly Hop[] =>
  to === undefined ? [] : [{ kind, from, to: ownerArn(to), ...(port !== undefined && { port }) }];

const isFunction = (arn: string): boolean => arn.startsWith("arn:aws:lambda:");

const sends = (from: string, to: string, port?: string): readonly Hop[] =>
  hop(isFunction(to) || to.startsWith("arn:aws:states:") ? "calls" : "delivers", from, to, port);

const functionArn = ({ region, accountId }: ResourceGraph, nameOrArn: string): string =>
  isFunction(nameOrArn) ? nameOrArn : `arn:aws:lambda:${region}:${accountId}:function:${nameOrArn.split(":")[0]}`;

const routes = (graph: ResourceGraph): readonly Hop[] =>
  declared(graph, "aws:apigatewayv2/route:Route", {
    apiId: z.string(),
    routeKey: z.string(),
    target: z.string().optional(),
  }).flatMap(({ inputs }) => {
    const api = resourcesOf(graph, "aws:apigatewayv2/api:Api").find(({ id }) => id === inputs.apiId);
    const integration = resourcesOf(graph, "aws:apigatewayv2/integration:Integration").find(
      ({ id }) => inputs.target === `integrations/${id}`,
    );
    const [called] = /arn:aws:lambda:[^/]*:function:[^/]+/.exec(String(integration?.inputs["integrationUri"])) ?? [];
    if (api === undefined) return [];
    const executionArn = outputOf(api, "executionArn");
    return hop("calls", executionArn, called, routeArn(executionArn, inputs.routeKey));
  });

const mappings = (graph: ResourceGraph): readonly Hop[] =>
  declared(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", {
    eventSourceArn: z.string(),
    functionName: z.string(),
    destinationConfig: z.object({ onFailure: destination }).optional(),
  }).flatMap(({ inputs }) => {
    const to = functionArn(graph, inputs.functionName);
    return [
      ...hop("feeds", ownerArn(inputs.eventSourceArn), to),
      ...hop("dead-letters", ownerArn(to), inputs.destinationConfig?.onFailure?.destinationArn),
    ];
  });

const rules = (graph: ResourceGraph): readonly Hop[] =>
  declared(graph, "aws:cloudwatch/eventTarget:EventTarget", {
    arn: z.string(),
    rule: z.string(),
    eventBusName: z.string().default("default"),
    deadLetterConfig: optionalArn,
  }).flatMap(({ inputs }) => {
    const rule = resourcesOf(graph, "aws:cloudwatch/eventRule:EventRule").find(
      ({ outputs, inputs: of }) =>
        outputs["name"] === inputs.rule && (of["eventBusName"] ?? "default") === inputs.eventBusName,
    );
    if (rule === undefined) return [];
    const port = outputOf(rule, "arn");
    const scheduled = rule.inputs["scheduleExpression"] !== undefined;
    const bus = `arn:aws:events:${graph.region}:${graph.accountId}:event-bus/${inputs.eventBusName}`;
    const from = scheduled ? port : bus;
    return [
      ...sends(from, inputs.arn, scheduled ? undefined : port),
      ...hop("dead-letters", from, inputs.deadLetterConfig?.arn, scheduled ? undefined : port),
    ];
  });

const schedules = (graph: ResourceGraph): readonly Hop[] =>
  declared(graph, "aws:scheduler/schedule:Schedule", {
    target: z.object({ arn: z.string(), deadLetterConfig: optionalArn }),
  }).flatMap(({ resource, inputs: { target } }) => {
    const from = outputOf(resource, "arn");
    return [...sends(from, target.arn), ...hop("dead-letters", from, target.deadLetterConfig?.arn)];
  });

const subscriptions = (graph: ResourceGraph): readonly Hop[] =>
  declared(graph, "aws:sns/topicSubscription:TopicSubscription", {
    topic: z.string(),
    endpoint: z.string(),
    redrivePolicy: z.string().optional(),
  }).flatMap(({ inputs: { topic, endpoint, redrivePolicy } }) => [
    ...sends(topic, endpoint),
    ...hop("dead-letters", topic, deadLetterTarget(redrivePolicy)),
  ]);

const notifications = (graph: ResourceGraph): readonly Hop[] =>
  declared(graph, "aws:s3/bucketNotification:BucketNotification", {
    bucket: z.string(),
    eventbridge: z.boolean().optional(),
    queues: z.array(z.object({ queueArn: z.string() })).default([]),
    topics: z.array(z.object({ topicArn: z.string() })).default([]),
    lambdaFunctions: z.array(z.object({ lambdaFunctionArn: z.string() })).default([]),
  }).flatMap(({ inputs: { bucket, queues, topics, lambdaFunctions, eventbridge = false } }) => {
    const receivers = [
      ...queues.map(({ queueArn }) => queueArn),
      ...topics.map(({ topicArn }) => topicArn),
      ...lambdaFunctions.map(({ lambdaFunctionArn }) => lambdaFunctionArn),
      ...(eventbridge ? [`arn:aws:events:${graph.region}:${graph.accountId}:event-bus/default`] : []),
    ];
    return receivers.flatMap((receiver) => sends(`arn:aws:s3:::${bucket}`, receiver));
  });

/** A state machine's functions are named by their ARNs, as a task's resource or in its parameters. */
const tasks = (graph: ResourceGraph): readonly Hop[] =>
  declared(graph, "aws:sfn/stateMachine:StateMachine", { definition: z.string() }).flatMap(({ resource, inputs }) =>
    resourcesOf(graph, "aws:lambda/function:Function")
      .map((each) => outputOf(each, "arn"))
      .filter((arn) => new RegExp(`"${arn}(:[^"]*)?"`).test(inputs.definition))
      .flatMap((arn) => hop("calls", outputOf(resource, "arn"), arn)),
  );

const redrives = (graph: ResourceGraph): readonly Hop[] => {
  const queues = resourcesOf(graph, "aws:sqs/queue:Queue");
  const policies = resourcesOf(graph, "aws:sqs/redrivePolicy:RedrivePolicy");
  const ofQueue = ({ id, inputs }: ResourceNode): unknown =>
    inputs["redrivePolicy"] ?? policies.find((policy) => policy.inputs["queueUrl"] === id)?.inputs["redrivePolicy"];
  return queues.flatMap((queue) => hop("dead-letters", outputOf(queue, "arn"), deadLetterTarget(ofQueue(queue))));
};

const asynchronousFailures = (graph: ResourceGraph): readonly Hop[] => [
  ...declared(graph, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {
    functionName: z.string(),
    destinationConfig: z.object({ onFailure: destination, onSuccess: destination }).optional(),
  }).flatMap(({ inputs: { functionName, destinationConfig } }) => {
    const from = ownerArn(functionArn(graph, functionName));
    const onSuccess = destinationConfig?.onSuccess?.destination;
    return [
      ...hop("dead-letters", from, destinationConfig?.onFailure?.destination),
      ...(onSuccess === undefined ? [] : sends(from, onSuccess)),
    ];
  }),
  ...declared(graph, "aws:lambda/function:Function", {
    deadLetterConfig: z.object({ targetArn: z.string() }).optional(),
  }).flatMap(({ resource, inputs }) =>
    hop("dead-letters", outputOf(resource, "arn"), inputs.deadLetterConfig?.targetArn),
  ),
];

const deadLetterTarget = (policy: unknown): string | undefined =>
  /"deadLetterTargetArn"\s*:\s*"([^"]+)"/.exec(typeof policy === "string" ? policy : JSON.stringify(policy ?? {}))?.[1];
