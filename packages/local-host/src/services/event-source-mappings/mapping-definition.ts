import type { ResourceNode } from "../../kernel/program/resource-graph";
import { type CommonMappingInputs, queueMappingInputs, streamMappingInputs } from "./resource-types";

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

export const readMappingDefinition = (node: ResourceNode): MappingDefinition =>
  String(node.inputs["eventSourceArn"]).split(":")[2] === "dynamodb" ? streamMapping(node) : queueMapping(node);

const queueMapping = (node: ResourceNode): QueueMappingDefinition => {
  const declared = queueMappingInputs(node);
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
  const declared = streamMappingInputs(node);
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

const commonSettings = (node: ResourceNode, declared: CommonMappingInputs): CommonSettings => ({
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
