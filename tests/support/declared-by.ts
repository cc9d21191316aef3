import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { resource } from "./stack-graph";

type Statement = Readonly<Record<string, unknown>>;

export const json = (value: unknown): unknown => JSON.parse(String(value));

/** The statements of a resource's policy document. */
export const statementsOf = (graph: ResourceGraph, type: string, name: string): readonly Statement[] =>
  (json(resource(graph, type, name).inputs["policy"]) as { readonly Statement: readonly Statement[] }).Statement;

/** Readers of what a graph declares, which need not be there before the first is used. */
export const declaredBy = (graph: () => ResourceGraph) => {
  const inputs = (type: string, name: string) => resource(graph(), type, name).inputs;
  const output = (type: string, name: string, key: string): unknown => resource(graph(), type, name).outputs[key];
  const queueArn = (name: string): unknown => output("aws:sqs/queue:Queue", name, "arn");
  const statements = (type: string, name: string) => statementsOf(graph(), type, name);
  return {
    arn: (type: string, name: string): unknown => output(type, name, "arn"),
    queueArn,
    topicArn: (name: string): unknown => output("aws:sns/topic:Topic", name, "arn"),
    functionName: (name: string): unknown => output("aws:lambda/function:Function", name, "name"),
    mapping: (name: string) => inputs("aws:lambda/eventSourceMapping:EventSourceMapping", name),
    subscription: (name: string) => inputs("aws:sns/topicSubscription:TopicSubscription", name),
    statements,
    queueStatements: (name: string) => statements("aws:sqs/queuePolicy:QueuePolicy", name),
    /** The statement that lets a service send to a queue on a condition. */
    lets: (queue: string, service: string, condition: object) => ({
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sqs:SendMessage",
      Resource: queueArn(queue),
      Condition: condition,
    }),
    /** The same for one source. */
    letsFrom: (queue: string, service: string, sourceArn: unknown) => ({
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sqs:SendMessage",
      Resource: queueArn(queue),
      Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
    }),
  };
};
