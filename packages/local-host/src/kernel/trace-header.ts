import { randomUUID } from "node:crypto";

/**
 * X-Ray's tracing header, `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export interface TraceHeader {
  readonly root: string;
  /** The segment that the receiver's own hangs below. */
  readonly parent?: string;
  /** Undefined leaves the decision to the receiver. */
  readonly sampled?: boolean;
}

/** Undefined for what is not a tracing header. */
export const readTraceHeader = (text: string | undefined): TraceHeader | undefined => {
  const part = (pattern: RegExp): string | undefined => pattern.exec(text ?? "")?.[1];
  const root = part(/(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})\s*(?:;|$)/);
  if (root === undefined) return undefined;
  const parent = part(/(?:^|;)\s*Parent=([0-9a-f]{16})\s*(?:;|$)/);
  const sampled = part(/(?:^|;)\s*Sampled=([01])\s*(?:;|$)/);
  return {
    root,
    ...(parent === undefined ? {} : { parent }),
    ...(sampled === undefined ? {} : { sampled: sampled === "1" }),
  };
};

export const traceHeaderText = ({ root, parent, sampled }: TraceHeader): string =>
  [
    `Root=${root}`,
    ...(parent === undefined ? [] : [`Parent=${parent}`]),
    ...(sampled === undefined ? [] : [`Sampled=${sampled ? 1 : 0}`]),
  ].join(";");

export const newTraceId = (): string =>
  `1-${Math.floor(Date.now() / 1000)
    .toString(16)
    .padStart(8, "0")}-${randomDigits(24)}`;

export const newSegmentId = (): string => randomDigits(16);

/** Node.js keeps random bytes in stock for UUIDs: that takes half as long as randomBytes for so few. */
const randomDigits = (count: number): string => randomUUID().replaceAll("-", "").slice(-count);
