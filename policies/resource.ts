import type { Properties } from "./value";

/** A resource as a rule sees it. */
export interface Resource {
  /** The type token: `aws:sqs/queue:Queue`. */
  readonly type: string;
  readonly urn: string;
  /** What it is and its name, for a message: `queue orders-fulfilment-5f2c1a`. */
  readonly label: string;
  /** Pulumi refuses to delete it. */
  readonly protect: boolean;
  readonly properties: Properties;
}

export interface ResourceSource {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly opts: { readonly protect: boolean };
}

export const resourceOf = ({ type, urn, name, opts }: ResourceSource, properties: Properties): Resource => ({
  type,
  urn,
  label: `${kindOf(type)} ${physicalName(type, properties) ?? name}`,
  protect: opts.protect,
  properties,
});

/** `aws:lambda/eventSourceMapping:EventSourceMapping` is an "event source mapping". */
const kindOf = (type: string): string =>
  (type.split(":").at(-1) ?? type)
    .replace(/V2$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase();

/** The name in AWS, which is what a console shows; undefined until it is known. */
function physicalName(type: string, properties: Properties): string | undefined {
  const name = properties[type.startsWith("aws:s3/bucket") ? "bucket" : "name"];
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** The stack's name, from a URN: `urn:pulumi:prod::order-pipeline::...`. */
export const stackOf = ({ urn }: Pick<Resource, "urn">): string => urn.split(":")[2] ?? "";
