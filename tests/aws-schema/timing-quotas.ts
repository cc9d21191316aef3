import { type ResourceGraph, type ResourceNode, resourcesOf } from "pulumi-local-host/resource-graph";
import { object } from "./properties";
import { forEach, type Measurement, type Quota } from "./quota";

const functions = (graph: ResourceGraph): readonly ResourceNode[] => resourcesOf(graph, "aws:lambda/function:Function");

/** Lambda's default, in seconds. */
const timeoutOf = ({ inputs }: ResourceNode): number => Number(inputs["timeout"] ?? 3);

/** Throws when nothing is there: a measurement of nothing would prove nothing. */
function found(nodes: readonly ResourceNode[], what: string, holds: (node: ResourceNode) => boolean): ResourceNode {
  const node = nodes.find(holds);
  if (node === undefined)
    throw new Error(`There is no ${what}; there are: ${nodes.map(({ name }) => name).join(", ")}.`);
  return node;
}

interface QueueMapping {
  readonly mapping: ResourceNode;
  readonly queue: ResourceNode;
  readonly consumer: ResourceNode;
}

const queueMappings = (graph: ResourceGraph): readonly QueueMapping[] =>
  resourcesOf(graph, "aws:lambda/eventSourceMapping:EventSourceMapping")
    .filter(({ inputs }) => String(inputs["eventSourceArn"]).includes(":sqs:"))
    .map((mapping) => ({
      mapping,
      queue: found(
        resourcesOf(graph, "aws:sqs/queue:Queue"),
        `queue ${mapping.inputs["eventSourceArn"]}`,
        ({ outputs }) => outputs["arn"] === mapping.inputs["eventSourceArn"],
      ),
      consumer: found(
        functions(graph),
        `function ${mapping.inputs["functionName"]}`,
        ({ outputs }) => outputs["name"] === mapping.inputs["functionName"],
      ),
    }));

/** The functions that a state machine's definition invokes. */
const invokedBy = (machine: ResourceNode, graph: ResourceGraph): readonly ResourceNode[] =>
  functions(graph).filter(({ outputs }) => String(machine.inputs["definition"]).includes(`"${outputs["arn"]}"`));

/** The functions whose role may start a state machine and wait for it. */
const waitingFor = (machine: ResourceNode, graph: ResourceGraph): readonly ResourceNode[] =>
  resourcesOf(graph, "aws:iam/rolePolicy:RolePolicy")
    .filter(({ inputs }) => {
      const policy = String(inputs["policy"]);
      return policy.includes("states:StartSyncExecution") && policy.includes(`"${machine.outputs["arn"]}"`);
    })
    .flatMap(({ inputs: { role } }) =>
      functions(graph).filter(({ inputs }) => String(inputs["role"]).endsWith(`:role/${role}`)),
    );

const machineTimeouts = (graph: ResourceGraph, of: (machine: ResourceNode) => readonly Measurement[]): Measurement[] =>
  resourcesOf(graph, "aws:sfn/stateMachine:StateMachine").flatMap(of);

/** What a state machine's definition says, in seconds. */
const secondsOf = ({ inputs }: ResourceNode): { readonly whole: number; readonly task: number } => {
  const definition = JSON.parse(String(inputs["definition"]));
  const tasks = Object.values(object(definition.States)).map((state) => object(state)["TimeoutSeconds"]);
  return {
    whole: Number(definition.TimeoutSeconds),
    task: Math.min(...tasks.flatMap((it) => (it === undefined ? [] : Number(it)))),
  };
};

const sqsMapping = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html";

/** Who waits for whom must wait longer, and who may run at once must be let. */
export const timingQuotas: readonly Quota[] = [
  {
    name: "concurrency reserved by all functions, of an account's 1,000 less the 100 that stay unreserved,",
    page: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    measure: (graph) => [
      {
        of: graph.stack,
        value: functions(graph).reduce(
          (sum, { inputs }) => sum + Number(inputs["reservedConcurrentExecutions"] ?? 0),
          0,
        ),
        atMost: 900,
      },
    ],
  },
  forEach("aws:lambda/function:Function", {
    name: "seconds of the function",
    page: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    atMost: 900,
    value: timeoutOf,
  }),
  {
    name: "concurrent batches of the mapping, of its function's reserved concurrency,",
    page: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    measure: (graph) =>
      queueMappings(graph).map(({ mapping, consumer }) => ({
        of: mapping.name,
        // Without its own maximum a mapping goes up to 1,250 batches at once.
        value: Number(object(mapping.inputs["scalingConfig"])["maximumConcurrency"] ?? 1_250),
        atMost: Number(consumer.inputs["reservedConcurrentExecutions"] ?? 1_250),
      })),
  },
  {
    name: "seconds of six attempts and the batching window, of the visibility timeout,",
    page: sqsMapping,
    measure: (graph) =>
      queueMappings(graph).map(({ mapping, queue, consumer }) => ({
        of: mapping.name,
        value: 6 * timeoutOf(consumer) + Number(mapping.inputs["maximumBatchingWindowInSeconds"] ?? 0),
        atMost: Number(queue.inputs["visibilityTimeoutSeconds"] ?? 30),
      })),
  },
  {
    name: "batch size of a mapping without a batching window",
    page: sqsMapping,
    measure: (graph) =>
      queueMappings(graph).map(({ mapping: { name, inputs } }) => ({
        of: name,
        value: Number(inputs["batchSize"] ?? 10),
        atMost: Number(inputs["maximumBatchingWindowInSeconds"] ?? 0) > 0 ? 10_000 : 10,
      })),
  },
  {
    name: "milliseconds of the integration",
    page: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html",
    measure: (graph) =>
      resourcesOf(graph, "aws:apigatewayv2/integration:Integration").map(({ name, inputs }) => ({
        of: name,
        value: Number(inputs["timeoutMilliseconds"] ?? 30_000),
        atMost: 30_000,
      })),
  },
  {
    name: "milliseconds of the function, of the integration that waits for it,",
    page: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html",
    measure: (graph) =>
      resourcesOf(graph, "aws:apigatewayv2/integration:Integration").map(({ name, inputs }) => {
        const uri = String(inputs["integrationUri"]);
        const handler = found(functions(graph), `function ${uri}`, ({ outputs }) => uri.includes(`${outputs["arn"]}/`));
        return { of: name, value: 1_000 * timeoutOf(handler), atMost: Number(inputs["timeoutMilliseconds"] ?? 30_000) };
      }),
  },
  {
    name: "seconds of the function, of the task that waits for it,",
    page: "https://docs.aws.amazon.com/step-functions/latest/dg/sfn-stuck-execution.html",
    measure: (graph) =>
      machineTimeouts(graph, (machine) =>
        invokedBy(machine, graph).map((task) => ({
          of: task.name,
          value: timeoutOf(task),
          atMost: secondsOf(machine).task,
        })),
      ),
  },
  {
    name: "seconds of the workflow, of the function that waits for it,",
    page: "https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html",
    measure: (graph) =>
      machineTimeouts(graph, (machine) =>
        waitingFor(machine, graph).map((waiting) => ({
          of: waiting.name,
          value: secondsOf(machine).whole,
          atMost: timeoutOf(waiting) - 1,
        })),
      ),
  },
  {
    name: "seconds of an Express workflow",
    page: "https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html",
    measure: (graph) =>
      machineTimeouts(graph, (machine) => [{ of: machine.name, value: secondsOf(machine).whole, atMost: 300 }]),
  },
];
