import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { LoggedChange } from "./stream-log";

/** DynamoDB's JSON for one attribute: `{ "S": "text" }`, `{ "N": "1" }`, `{ "M": { ... } }`, ... */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Image = Readonly<Record<string, AttributeValue>>;

/** A record of a table's stream, as a function receives it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly eventVersion: "1.1";
  readonly eventSource: "aws:dynamodb";
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Image;
    readonly NewImage?: Image;
    readonly OldImage?: Image;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
  readonly eventSourceARN: string;
  /** Set when the service itself removed the item because its time to live was over. */
  readonly userIdentity?: { readonly type: string; readonly principalId: string };
}

export interface StreamIdentity {
  readonly streamArn: string;
  readonly region: string;
  readonly viewType: string;
}

/** AWS's sequence numbers have 21 digits or more; so do these, and they sort as text the way they sort as numbers. */
const sequenceBase = 100_000_000_000_000_000_000n;

export const sequenceNumber = (position: number): string => String(sequenceBase + BigInt(position));

/** The position that a sequence number encodes; throws for one that this host has not made. */
export const positionOf = (sequence: string): number => {
  const position = /^\d{21}$/.test(sequence) ? Number(BigInt(sequence) - sequenceBase) : -1;
  if (!Number.isSafeInteger(position) || position < 0) {
    throw new Error(`"${sequence}" is not a sequence number of a local stream; those have 21 digits and begin with 1`);
  }
  return position;
};

/** Sets have no order, and the engine keeps none among attributes either. */
const unordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(unordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([type, inner]) =>
      ["SS", "NS", "BS"].includes(type) && Array.isArray(inner) ? [type, [...inner].sort()] : [type, unordered(inner)],
    ),
  );
};

/** Writing an item as it was leaves no record on AWS; the engine logs one. */
export const changesNothing = ({ eventName, newImage, oldImage }: LoggedChange): boolean =>
  eventName === "MODIFY" &&
  newImage !== null &&
  oldImage !== null &&
  (newImage === oldImage ||
    (newImage.length === oldImage.length &&
      isDeepStrictEqual(unordered(JSON.parse(newImage)), unordered(JSON.parse(oldImage)))));

const identityOf = (userIdentity: string): { readonly type: string; readonly principalId: string } => {
  const parsed: Readonly<Record<string, string>> = JSON.parse(userIdentity);
  return {
    type: parsed["Type"] ?? parsed["type"] ?? "",
    principalId: parsed["PrincipalId"] ?? parsed["principalId"] ?? "",
  };
};

export const streamRecord = (change: LoggedChange, stream: StreamIdentity): StreamRecord => {
  const { keys, newImage, oldImage, userIdentity } = change;
  const withNew = newImage !== null && stream.viewType.startsWith("NEW");
  const withOld = oldImage !== null && stream.viewType.includes("OLD");
  return {
    eventID: createHash("md5").update(`${stream.streamArn} ${change.position}`).digest("hex"),
    // The engine writes these three names only.
    eventName: change.eventName as StreamRecord["eventName"],
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: stream.region,
    dynamodb: {
      ApproximateCreationDateTime: change.createdAt,
      Keys: JSON.parse(keys),
      ...(withNew ? { NewImage: JSON.parse(newImage) } : {}),
      ...(withOld ? { OldImage: JSON.parse(oldImage) } : {}),
      SequenceNumber: sequenceNumber(change.position),
      SizeBytes: keys.length + (withNew ? newImage.length : 0) + (withOld ? oldImage.length : 0),
      StreamViewType: stream.viewType,
    },
    eventSourceARN: stream.streamArn,
    ...(userIdentity === null ? {} : { userIdentity: identityOf(userIdentity) }),
  };
};
