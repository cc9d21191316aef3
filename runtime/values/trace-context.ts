import { randomUUID } from "node:crypto";

/** The place of a piece of work in a trace, in X-Ray's terms. */
export interface TraceContext {
  /** The trace: `1-5759e988-bd862e3fe1be46a994272793`. */
  readonly root: string;
  /** The segment of what caused it; undefined at the beginning of the trace. */
  readonly parent?: string | undefined;
  /** Whether the trace is kept; undefined when nobody has decided yet. */
  readonly sampled?: boolean | undefined;
}

/** `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`; undefined for anything else. */
export const readTraceHeader = (header: string | undefined): TraceContext | undefined => {
  const fields = new Map((header ?? "").split(";").map((field) => fieldOf(field)));
  const [root, parent, sampled] = [fields.get("Root"), fields.get("Parent"), fields.get("Sampled")];
  if (root === undefined || !/^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(root)) return undefined;
  return {
    root,
    parent: parent !== undefined && /^[0-9a-f]{16}$/.test(parent) ? parent : undefined,
    sampled: sampled === "1" ? true : sampled === "0" ? false : undefined,
  };
};

const fieldOf = (field: string): readonly [string, string] => {
  const [name = "", value = ""] = field.trim().split("=", 2);
  return [name, value];
};

export const traceHeader = ({ root, parent, sampled }: TraceContext): string =>
  `Root=${root}${parent === undefined ? "" : `;Parent=${parent}`}${sampled === undefined ? "" : `;Sampled=${Number(sampled)}`}`;

/** The same in W3C's notation, as CloudEvents carry it: `00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01`. */
export const traceparent = (header: string | undefined): string | undefined => {
  const context = readTraceHeader(header);
  if (context?.parent === undefined) return undefined;
  return `00-${context.root.slice(2).replace("-", "")}-${context.parent}-0${context.sampled === true ? 1 : 0}`;
};

/** X-Ray's header of what has this `traceparent`. */
export const headerOfTraceparent = (text: string | undefined): string | undefined => {
  const [, time, random, parent, flags] =
    /^00-([0-9a-f]{8})([0-9a-f]{24})-([0-9a-f]{16})-0([01])$/.exec(text ?? "") ?? [];
  return time === undefined || random === undefined
    ? undefined
    : traceHeader({ root: `1-${time}-${random}`, parent, sampled: flags === "1" });
};

/** X-Ray takes an id whose time is within the last 30 days. */
export const newTraceId = (now = new Date()): string =>
  `1-${Math.floor(now.getTime() / 1_000)
    .toString(16)
    .padStart(8, "0")}-${randomDigits(24)}`;

export const newSegmentId = (): string => randomDigits(16);

/** Node.js keeps random bytes in stock for UUIDs: that takes half as long as randomBytes for so few. */
const randomDigits = (count: number): string => randomUUID().replaceAll("-", "").slice(-count);
