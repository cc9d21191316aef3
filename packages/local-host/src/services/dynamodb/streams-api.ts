import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { StreamPosition, TableStreams } from "./table-stream";

type Input = Readonly<Record<string, unknown>>;

const iterator = z.object({ arn: z.string(), position: z.number() });

const encodeIterator = (arn: string, position: number): string =>
  Buffer.from(JSON.stringify({ arn, position })).toString("base64url");

const decodeIterator = (text: unknown): z.output<typeof iterator> => {
  try {
    return iterator.parse(JSON.parse(Buffer.from(String(text), "base64url").toString()));
  } catch {
    throw new AwsError("ValidationException", "Invalid ShardIterator");
  }
};

const startOf = (input: Input): StreamPosition => {
  const type = input["ShardIteratorType"];
  const sequence = String(input["SequenceNumber"] ?? "");
  switch (type) {
    case "TRIM_HORIZON":
    case "LATEST":
      return type;
    case "AFTER_SEQUENCE_NUMBER":
      return { after: sequence };
    case "AT_SEQUENCE_NUMBER":
      return { after: String(BigInt(sequence) - 1n) };
    default:
      throw new AwsError(
        "ValidationException",
        `ShardIteratorType is ${JSON.stringify(type)}; it is TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER`,
      );
  }
};

/** Most records GetRecords gives at a time. */
const maximumRecords = 1_000;

export const streamsActions = new Set(["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"]);

/** The stream a streams request reads; undefined for ListStreams. */
export const streamOf = (action: string, input: Input): string | undefined => {
  if (action === "ListStreams") return undefined;
  return action === "GetRecords" ? decodeIterator(input["ShardIterator"]).arn : String(input["StreamArn"] ?? "");
};

/** Answers the DynamoDB Streams API from the hosted tables' streams. */
export const answerStreams = (streams: TableStreams, action: string, input: Input): object => {
  switch (action) {
    case "ListStreams": {
      const wanted = input["TableName"];
      const listed = streams.list().filter(({ tableName }) => wanted === undefined || tableName === wanted);
      return {
        Streams: listed.map(({ streamArn, tableName }) => ({
          StreamArn: streamArn,
          TableName: tableName,
          StreamLabel: streamLabel(streamArn),
        })),
      };
    }
    case "DescribeStream": {
      const table = streams.table(String(input["StreamArn"]));
      return {
        StreamDescription: {
          StreamArn: table.streamArn,
          StreamLabel: streamLabel(table.streamArn),
          StreamStatus: "ENABLED",
          StreamViewType: table.viewType,
          TableName: table.tableName,
          Shards: streams.shards(table.streamArn).map(({ shardId, startingSequenceNumber }) => ({
            ShardId: shardId,
            SequenceNumberRange: { StartingSequenceNumber: startingSequenceNumber },
          })),
        },
      };
    }
    case "GetShardIterator": {
      const arn = String(input["StreamArn"]);
      return { ShardIterator: encodeIterator(arn, streams.positionFrom(arn, startOf(input))) };
    }
    default: {
      const { arn, position } = decodeIterator(input["ShardIterator"]);
      const limit = typeof input["Limit"] === "number" ? Math.min(input["Limit"], maximumRecords) : maximumRecords;
      const read = streams.read(arn, position, limit);
      return {
        Records: read.records.map(({ eventSourceARN: _, ...record }) => record),
        NextShardIterator: encodeIterator(arn, read.position),
      };
    }
  }
};

export const streamLabel = (streamArn: string): string => streamArn.split("/").at(-1) ?? streamArn;
