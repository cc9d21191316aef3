import { randomUUID } from "node:crypto";
import type { Principal } from "../../kernel/endpoint/principal";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { StreamRecord } from "../dynamodb/stream-record";
import type { Invocation } from "../lambda/hosted-function";

export interface DiscardedRecords {
  readonly mappingId: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly invokeCount: number;
  /** Absent when the records were too old to be tried. */
  readonly invocation?: Invocation;
  readonly records: readonly StreamRecord[];
}

/**
 * Sends records that a mapping gave up to its on-failure destination: a queue or a topic gets where they are, a bucket
 * gets the records as well. https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export const sendDiscardedRecords = async (
  calls: Pick<ServiceCalls, "sendMessage" | "publish" | "putObject">,
  principal: Principal,
  destinationArn: string,
  discarded: DiscardedRecords,
): Promise<void> => {
  const record = invocationRecord(discarded);
  const body = JSON.stringify(record);
  switch (destinationArn.split(":")[2]) {
    case "sqs":
      return calls.sendMessage(principal, destinationArn, { body });
    case "sns":
      return calls.publish(principal, destinationArn, { body });
    case "s3": {
      const payload = JSON.stringify({ Records: discarded.records });
      const content = JSON.stringify({ ...record, payload });
      return calls.putObject(principal, destinationArn, objectKey(discarded, record.timestamp), content);
    }
    default:
      throw new Error(`${destinationArn} cannot be an on-failure destination: it must be a queue, a topic or a bucket`);
  }
};

const invocationRecord = (discarded: DiscardedRecords) => {
  const { records, invocation } = discarded;
  const first = records[0]?.dynamodb;
  const last = records.at(-1)?.dynamodb;
  return {
    requestContext: {
      requestId: invocation?.requestId ?? randomUUID(),
      functionArn: discarded.functionArn,
      condition: discarded.condition,
      approximateInvokeCount: discarded.invokeCount,
    },
    ...(invocation !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        ...(invocation.functionError !== undefined && { functionError: invocation.functionError }),
      },
    }),
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: discarded.shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: discarded.streamArn,
    },
  };
};

const arrival = (epochSeconds = 0): string => new Date(epochSeconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");

const objectKey = ({ mappingId, shardId }: DiscardedRecords, timestamp: string): string => {
  const day = timestamp.slice(0, 10);
  const time = timestamp.slice(11, 19).replaceAll(":", ".");
  return `aws/lambda/${mappingId}/${shardId}/${day.replaceAll("-", "/")}/${day}T${time}-${randomUUID()}`;
};
