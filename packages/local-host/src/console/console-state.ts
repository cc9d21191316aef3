import { type ResourceGraph, resourcesOf } from "../kernel/program/resource-graph";
import type { MetricsHost } from "../services/cloudwatch/metrics-host";
import type { Queues } from "../services/sqs/queues";

/** What the console page shows at one moment. */
export interface ConsoleState {
  readonly stack: string;
  readonly functions: readonly {
    readonly name: string;
    readonly logical: string;
    readonly invocations: number;
    readonly errors: number;
    readonly throttles: number;
    /** Median duration in milliseconds; undefined before the first invocation. */
    readonly p50: number | undefined;
  }[];
  readonly queues: readonly {
    readonly name: string;
    readonly logical: string;
    readonly visible: number;
    readonly inFlight: number;
    readonly delayed: number;
    readonly oldestSeconds: number;
    /** True for a queue that others give as their dead-letter queue. */
    readonly deadLetters: boolean;
  }[];
  readonly alarms: readonly { readonly name: string; readonly state: string; readonly reason: string }[];
  readonly resources: readonly { readonly type: string; readonly logical: string; readonly id: string }[];
}

/** Where the state is read. */
export interface ConsoleSources {
  readonly metrics: Pick<MetricsHost, "store" | "alarms">;
  readonly queues: Pick<Queues, "depth">;
}

/** Figures are of the last three hours, as far back as metrics are kept. */
const windowMs = 3 * 60 * 60 * 1000;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Every ARN that some resource names as the place for what failed. */
const deadLetterArns = (graph: ResourceGraph): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const { inputs } of graph.resources) {
    const redrive = text(inputs["redrivePolicy"]);
    const target = /"deadLetterTargetArn"\s*:\s*"([^"]+)"/.exec(redrive)?.[1];
    if (target !== undefined) found.add(target);
    for (const property of ["deadLetterConfig", "destinationConfig"]) {
      for (const arn of JSON.stringify(inputs[property] ?? "").match(/arn:aws:sqs:[^"]+/g) ?? []) found.add(arn);
    }
  }
  return found;
};

/** Reads the state of what the host runs. */
export function consoleState(graph: ResourceGraph, { metrics, queues }: ConsoleSources): ConsoleState {
  const now = Date.now();
  const ofFunction = (name: string, metric: string, statistic: string): number | undefined =>
    metrics.store.statistic(
      { namespace: "AWS/Lambda", name: metric, dimensions: { FunctionName: name } },
      statistic,
      now - windowMs,
      now + 1,
    );
  const deadLetters = deadLetterArns(graph);
  return {
    stack: graph.stack,
    functions: resourcesOf(graph, "aws:lambda/function:Function").map(({ name: logical, outputs }) => {
      const name = text(outputs["name"]);
      return {
        name,
        logical,
        invocations: ofFunction(name, "Invocations", "Sum") ?? 0,
        errors: ofFunction(name, "Errors", "Sum") ?? 0,
        throttles: ofFunction(name, "Throttles", "Sum") ?? 0,
        p50: ofFunction(name, "Duration", "p50"),
      };
    }),
    queues: resourcesOf(graph, "aws:sqs/queue:Queue").map(({ name: logical, outputs }) => {
      const arn = text(outputs["arn"]);
      const { oldestAgeSeconds, ...depth } = queues.depth(arn);
      const name = text(outputs["name"]);
      return { name, logical, ...depth, oldestSeconds: oldestAgeSeconds, deadLetters: deadLetters.has(arn) };
    }),
    alarms: metrics.alarms().map(({ definition, state, reason }) => ({ name: definition.name, state, reason })),
    resources: graph.resources
      .filter(({ custom }) => custom)
      .map(({ type, name: logical, id }) => ({ type, logical, id })),
  };
}
