import * as z from "zod";
import type { Dimensions, MetricStore } from "./metric-store";

/** A document of CloudWatch's embedded metric format: which of its members are metrics, and of what dimensions. */
const documentSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string()).max(30)),
        Metrics: z.array(z.object({ Name: z.string().min(1), Unit: z.string().optional() })).max(100),
      }),
    ),
  }),
});

const valueSchema = z.union([z.number(), z.array(z.number()).max(100)]);

/** Records the metrics that a log line embeds; any other line, and what is malformed in it, is left alone as on AWS. */
export const recordEmbeddedMetrics = (store: MetricStore, line: string): void => {
  if (!line.startsWith("{") || !line.includes('"_aws"')) return;
  const document = documentOf(line);
  if (document === undefined) return;
  const { Timestamp, CloudWatchMetrics } = document._aws;
  for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
    for (const names of Dimensions.length === 0 ? [[]] : Dimensions) {
      const dimensions = dimensionsOf(document, names);
      if (dimensions === undefined) continue;
      for (const { Name, Unit } of Metrics) {
        const identity = { namespace: Namespace, name: Name, dimensions };
        const options = { at: Timestamp, ...(Unit === undefined ? {} : { unit: Unit }) };
        for (const value of valuesOf(document[Name])) store.record(identity, value, options);
      }
    }
  }
};

const documentOf = (line: string): z.output<typeof documentSchema> | undefined => {
  try {
    return documentSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

/** Undefined when a dimension is not a member of the document. */
const dimensionsOf = (
  document: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Dimensions | undefined => {
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = document[name];
    if (typeof value !== "string") return undefined;
    dimensions[name] = value;
  }
  return dimensions;
};

const valuesOf = (member: unknown): readonly number[] => {
  const { data } = valueSchema.safeParse(member);
  return data === undefined ? [] : [data].flat();
};
