import { join } from "node:path";
import type { ResourceHost } from "../../kernel/endpoint/aws-service";
import type { HostContext } from "../../kernel/host-context";
import { type ResourceNode, resourcesOf } from "../../kernel/program/resource-graph";
import type { Queues, TableStreams, TargetFunction } from "./event-source-ports";
import { type MappingDefinition, readMappingDefinition } from "./mapping-definition";
import { QueueMapping } from "./queue-mapping";
import { SourceAccess } from "./source-access";
import { StreamCheckpoint } from "./stream-checkpoint";
import { StreamMapping } from "./stream-mapping";

export interface EventSourceOptions {
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

/** Hosts the graph's event source mappings. Stop it before the functions, so that batches at work can end. */
export class EventSourceHost implements ResourceHost {
  readonly hosts = ["aws:lambda/eventSourceMapping:EventSourceMapping"];
  private readonly context: HostContext;
  private readonly options: EventSourceOptions;
  private mappings: readonly (QueueMapping | StreamMapping)[] = [];

  constructor(context: HostContext, options: EventSourceOptions) {
    this.context = context;
    this.options = options;
  }

  async start(): Promise<void> {
    const nodes = resourcesOf(this.context.graph, "aws:lambda/eventSourceMapping:EventSourceMapping");
    this.mappings = nodes.flatMap((node) => this.mappingOf(node) ?? []);
    for (const mapping of this.mappings) mapping.start();
  }

  async stop(): Promise<void> {
    const drained = Promise.all(this.mappings.map((mapping) => mapping.stop()));
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.drainMs ?? 3000);
    });
    await Promise.race([drained, enough]);
    clearTimeout(timer);
  }

  private mappingOf(node: ResourceNode): QueueMapping | StreamMapping | undefined {
    const definition = readMappingDefinition(node);
    const target = this.options.functionAt(definition.functionName);
    const access = new SourceAccess(this.context.access, definition, target.definition);
    this.requireAccess(definition, access, target.definition.name);
    if (definition.kind === "queue") this.requireVisibility(definition.urn, definition.sourceArn, target);
    if (!definition.enabled) return undefined;
    const { calls, events, graph, dataDir } = this.context;
    if (definition.kind === "queue")
      return new QueueMapping({
        definition,
        target,
        queues: this.options.queues,
        access,
        region: graph.region,
        events,
        batchesAtOnce: this.options.batchesAtOnce ?? 4,
        firstBackoffMs: this.options.queueBackoffMs ?? 500,
      });
    return new StreamMapping({
      definition,
      target,
      tableStreams: this.options.tableStreams,
      access,
      checkpoint: new StreamCheckpoint(join(dataDir, "event-sources", `${definition.id}.sqlite`), definition.sourceArn),
      calls,
      events,
      firstBackoffMs: this.options.streamBackoffMs ?? 200,
    });
  }

  /** What AWS checks when it creates a mapping. */
  private requireAccess({ urn, sourceArn }: MappingDefinition, access: SourceAccess, functionName: string): void {
    try {
      access.require();
    } catch (error) {
      throw new Error(
        `${urn}: the role of ${functionName} must be allowed ${access.needed} on ${sourceArn}, as AWS refuses the mapping otherwise: ${String(error)}`,
        { cause: error },
      );
    }
  }

  /** AWS refuses a mapping whose queue shows a message again while the function may still be at work on it. */
  private requireVisibility(urn: string, queueArn: string, target: TargetFunction): void {
    const queue = resourcesOf(this.context.graph, "aws:sqs/queue:Queue").find(
      ({ outputs }) => outputs["arn"] === queueArn,
    );
    if (queue === undefined) return;
    const visibility = Number(queue.inputs["visibilityTimeoutSeconds"] ?? 30);
    const timeout = target.definition.timeoutMs / 1000;
    if (visibility < timeout)
      throw new Error(
        `${urn}: the visibility timeout of ${queue.name} is ${visibility} s, less than the ${timeout} s that ${target.definition.name} may take: make it at least six times the function's timeout`,
      );
  }
}
