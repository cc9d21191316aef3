import { isSet, type Properties } from "./value";

/** A mapping of a DynamoDB or Kinesis stream: only these say where to start, and know no topics. */
export const isStream = (mapping: Properties): boolean =>
  isSet(mapping["startingPosition"]) && isStreamOrQueue(mapping);

/** A mapping of SQS, DynamoDB or Kinesis; not of Kafka, Amazon MQ or DocumentDB, which report no single failures. */
export const isStreamOrQueue = (mapping: Properties): boolean =>
  ["topics", "queues", "selfManagedEventSource", "documentDbEventSourceConfig"].every((name) => !isSet(mapping[name]));
