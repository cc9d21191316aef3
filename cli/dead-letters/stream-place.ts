import { readJson } from "../../runtime/values/json";

/** Where records are that a stream's consumer gave up, as Lambda tells it. */
export interface StreamPlace {
  /** `RetryAttemptsExhausted` or `RecordAgeExceeded`. */
  readonly condition: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
  readonly batchSize: number;
}

const texts = ["streamArn", "shardId", "startSequenceNumber", "endSequenceNumber"] as const;

/**
 * Reads Lambda's message for an on-failure destination; undefined for any other.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function streamPlaceOf(body: string): StreamPlace | undefined {
  const { requestContext, DDBStreamBatchInfo: info } = Object(readJson(body));
  if (!(info instanceof Object) || texts.some((name) => typeof Reflect.get(info, name) !== "string")) return undefined;
  // Its texts have been looked at.
  const place = info as Omit<StreamPlace, "condition">;
  return {
    condition: String(Object(requestContext).condition ?? "unknown"),
    ...Object.fromEntries(texts.map((name) => [name, place[name]])),
    batchSize: Number(place.batchSize),
    // The texts again, by name.
  } as StreamPlace;
}
