import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { HostContext } from "../../kernel/host-context";
import { type ResourceGraph, type ResourceNode, resourcesOf } from "../../kernel/program/resource-graph";
import type { ResourceHost } from "../../kernel/resource-host";
import type { Queues, TableStreams, TargetFunction } from "./event-source-ports";
import { type MappingDefinition, readMappingDefinition } from "./mapping-definition";
import { QueueMapping } from "./queue-mapping";
import { mappingType } from "./resource-types";
import { SourceAccess } from "./source-access";
import { StreamCheckpoint } from "./stream-checkpoint";
import { StreamMapping } from "./stream-mapping";

export interface EventSourceNeeds {
  /** By name or ARN. */
  readonly functionAt: (nameOrArn: string) => TargetFunction;
  readonly queues: Queues;
  readonly tableStreams: TableStreams;
  /** Most batches of one queue at the same time where the mapping sets no lower limit. Default 4. */
  readonly batchesAtOnce?: number;
  /** First wait after a throttle or a failed receive from a queue, in milliseconds. Default 500. */
  readonly queueBackoffMs?: number;
  /** First wait before a failed stream batch is tried again, in milliseconds. Default 200. */
  readonly streamBackoffMs?: number;
  /** How long a stop waits for batches at work, in milliseconds. Default 3000. */
  readonly drainMs?: number;
}

export type EventSourceHost = ResourceHost;

/** Hosts the graph's event source mappings. Stop it before the functions, so that batches at work can end. */
export const eventSourceHost = (context: HostContext, needs: EventSourceNeeds): EventSourceHost => {
  let mappings: readonly (QueueMapping | StreamMapping)[] = [];
  return {
    start: async () => {
      mappings = mappingType.in(context.graph).flatMap((node) => mappingOf(context, needs, node) ?? []);
      for (const mapping of mappings) mapping.start();
    },
    stop: async () => {
      const drained = Promise.all(mappings.map((mapping) => mapping.stop()));
      await Promise.race([drained, delay(needs.drainMs ?? 3000, undefined, { ref: false })]);
    },
  };
};

const mappingOf = (
  context: HostContext,
  needs: EventSourceNeeds,
  node: ResourceNode,
): QueueMapping | StreamMapping | undefined => {
  const definition = readMappingDefinition(node);
  const target = needs.functionAt(definition.functionName);
  const access = new SourceAccess(context.access, definition, target.definition);
  requireAccess(definition, access, target.definition.name);
  if (definition.kind === "queue") requireVisibility(context.graph, definition.urn, definition.sourceArn, target);
  if (!definition.enabled) return undefined;
  const { calls, clock, events, graph, dataDir } = context;
  if (definition.kind === "queue")
    return new QueueMapping({
      definition,
      target,
      queues: needs.queues,
      access,
      region: graph.region,
      events,
      clock,
      batchesAtOnce: needs.batchesAtOnce ?? 4,
      firstBackoffMs: needs.queueBackoffMs ?? 500,
    });
  return new StreamMapping({
    definition,
    target,
    tableStreams: needs.tableStreams,
    access,
    checkpoint: new StreamCheckpoint(join(dataDir, "event-sources", `${definition.id}.sqlite`), definition.sourceArn),
    calls,
    clock,
    events,
    firstBackoffMs: needs.streamBackoffMs ?? 200,
  });
};

/** What AWS checks when it creates a mapping. */
const requireAccess = ({ urn, sourceArn }: MappingDefinition, access: SourceAccess, functionName: string): void => {
  try {
    access.require();
  } catch (error) {
    throw new Error(
      `${urn}: the role of ${functionName} must be allowed ${access.needed} on ${sourceArn}, as AWS refuses the mapping otherwise: ${String(error)}`,
      { cause: error },
    );
  }
};

/** AWS refuses a mapping whose queue shows a message again while the function may still be at work on it. */
const requireVisibility = (graph: ResourceGraph, urn: string, queueArn: string, target: TargetFunction): void => {
  const queue = resourcesOf(graph, "aws:sqs/queue:Queue").find(({ outputs }) => outputs["arn"] === queueArn);
  if (queue === undefined) return;
  const visibility = Number(queue.inputs["visibilityTimeoutSeconds"] ?? 30);
  const timeout = target.definition.timeoutMs / 1000;
  if (visibility < timeout)
    throw new Error(
      `${urn}: the visibility timeout of ${queue.name} is ${visibility} s, less than the ${timeout} s that ${target.definition.name} may take: make it at least six times the function's timeout`,
    );
};
