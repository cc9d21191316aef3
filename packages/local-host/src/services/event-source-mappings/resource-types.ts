import * as z from "zod";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import { arnOf, type Provision, uuid } from "../../kernel/program/provision";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import { resourceType } from "../../kernel/program/resource-type";
import type { ServiceDeclaration } from "../../kernel/service";

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

const withoutEffect = ["kmsKeyArn", "metricsConfig", "provisionedPollerConfig", "useResourceTimeoutForPropagation"];

export type CommonMappingInputs = z.output<z.ZodObject<typeof common>> & { readonly batchSize: number };

export const queueMappingInputs = (node: ResourceNode) => readInputs(node, queueInputs, withoutEffect);

export const streamMappingInputs = (node: ResourceNode) => readInputs(node, streamInputs, withoutEffect);

const provisionMapping: Provision = (resource, at) => {
  const id = uuid(resource);
  return { id, outputs: { uuid: id, arn: arnOf("lambda", `event-source-mapping:${id}`, at) } };
};

/** What may be said depends on the source: `queueMappingInputs` and `streamMappingInputs` know. */
export const mappingType = resourceType("aws:lambda/eventSourceMapping:EventSourceMapping", provisionMapping, {
  shape: { ...queueInputs, ...streamInputs },
  withoutEffect,
});

export const eventSourceMappingsDeclaration: ServiceDeclaration = {
  name: "event-source-mappings",
  types: [mappingType],
};
