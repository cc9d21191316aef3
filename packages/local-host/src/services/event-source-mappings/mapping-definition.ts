import * as z from "zod";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import type { ResourceNode } from "../../kernel/program/resource-graph";

interface CommonSettings {
  readonly urn: string;
  readonly id: string;
  readonly functionName: string;
  readonly sourceArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  /** JSON of each pattern; none: everything matches. */
  readonly filters: readonly string[];
  readonly reportsItemFailures: boolean;
}

export interface QueueMappingDefinition extends CommonSettings {
  readonly kind: "queue";
  readonly maximumConcurrency?: number;
}

export interface StreamMappingDefinition extends CommonSettings {
  readonly kind: "stream";
  readonly startingPosition: "TRIM_HORIZON" | "LATEST";
  readonly parallelizationFactor: number;
  readonly bisectsOnError: boolean;
  /** Infinity: until the records leave the stream. */
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeMs: number;
  readonly onFailure?: string;
}

export type MappingDefinition = QueueMappingDefinition | StreamMappingDefinition;

const common = {
  eventSourceArn: z.string().regex(/^arn:aws:(sqs|dynamodb):/, "the local host maps SQS queues and DynamoDB streams"),
  functionName: z.string(),
  enabled: z.boolean().default(true),
  maximumBatchingWindowInSeconds: z.number().int().min(0).max(300).default(0),
  filterCriteria: z
    .object({
      filters: z
        .array(z.object({ pattern: z.string() }))
        .max(5)
        .default([]),
    })
    .optional(),
  functionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  tumblingWindowInSeconds: z.literal(0).optional(),
};

const queueInputs = {
  ...common,
  batchSize: z.number().int().min(1).max(10_000).default(10),
  scalingConfig: z.object({ maximumConcurrency: z.number().int().min(2).max(1000).optional() }).optional(),
};

const streamInputs = {
  ...common,
  batchSize: z.number().int().min(1).max(10_000).default(100),
  startingPosition: z.enum(["TRIM_HORIZON", "LATEST"]),
  parallelizationFactor: z.number().int().min(1).max(10).default(1),
  bisectBatchOnFunctionError: z.boolean().default(false),
  maximumRetryAttempts: z.number().int().min(-1).max(10_000).default(-1),
  maximumRecordAgeInSeconds: z.union([z.literal(-1), z.number().int().min(60).max(604_800)]).default(-1),
  destinationConfig: z.object({ onFailure: z.object({ destinationArn: z.string() }).optional() }).optional(),
};

const withoutEffectHere = ["kmsKeyArn", "metricsConfig", "provisionedPollerConfig", "useResourceTimeoutForPropagation"];

export const readMappingDefinition = (node: ResourceNode): MappingDefinition =>
  String(node.inputs["eventSourceArn"]).split(":")[2] === "dynamodb" ? streamMapping(node) : queueMapping(node);

const queueMapping = (node: ResourceNode): QueueMappingDefinition => {
  const declared = readInputs(node, queueInputs, withoutEffectHere);
  const { batchSize, maximumBatchingWindowInSeconds: window, eventSourceArn } = declared;
  if (batchSize > 10 && eventSourceArn.endsWith(".fifo"))
    throw new Error(`${node.urn}: batchSize is ${batchSize}: a FIFO queue allows 10 at most`);
  if (batchSize > 10 && window === 0)
    throw new Error(
      `${node.urn}: batchSize is ${batchSize} without maximumBatchingWindowInSeconds: above 10 it must be 1 or more`,
    );
  const maximumConcurrency = declared.scalingConfig?.maximumConcurrency;
  return {
    kind: "queue",
    ...commonSettings(node, declared),
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
  };
};

const streamMapping = (node: ResourceNode): StreamMappingDefinition => {
  const declared = readInputs(node, streamInputs, withoutEffectHere);
  const unlimited = (value: number): number => (value === -1 ? Number.POSITIVE_INFINITY : value);
  const onFailure = declared.destinationConfig?.onFailure?.destinationArn;
  return {
    kind: "stream",
    ...commonSettings(node, declared),
    startingPosition: declared.startingPosition,
    parallelizationFactor: declared.parallelizationFactor,
    bisectsOnError: declared.bisectBatchOnFunctionError,
    maximumRetryAttempts: unlimited(declared.maximumRetryAttempts),
    maximumRecordAgeMs: unlimited(declared.maximumRecordAgeInSeconds) * 1000,
    ...(onFailure !== undefined && { onFailure }),
  };
};

const commonSettings = (
  node: ResourceNode,
  declared: z.output<z.ZodObject<typeof common>> & { readonly batchSize: number },
): CommonSettings => ({
  urn: node.urn,
  id: node.id,
  functionName: declared.functionName,
  sourceArn: declared.eventSourceArn,
  enabled: declared.enabled,
  batchSize: declared.batchSize,
  batchingWindowMs: declared.maximumBatchingWindowInSeconds * 1000,
  filters: declared.filterCriteria?.filters.map(({ pattern }) => pattern) ?? [],
  reportsItemFailures: declared.functionResponseTypes.length > 0,
});
