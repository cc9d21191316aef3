import { readJson } from "../../runtime/values/json";

/** What a message is about, as far as it can be told from its body. */
export interface Subject {
  readonly order_id?: string;
  /** The file of an import, such as `incoming/orders.csv`. */
  readonly file?: string;
}

/** Reads what SNS's envelope, an event of the bus, a CloudEvent, or S3's notification says. */
export function subjectOf(body: string): Subject {
  const json = readJson(body);
  const envelope = at(json, "Message");
  if (at(json, "Type") === "Notification" && typeof envelope === "string") return subjectOf(envelope);
  const order_id = [at(json, "detail", "order", "order_id"), at(json, "data", "order", "order_id")].find(isText);
  const file = at(json, "Records", "0", "s3", "object", "key");
  return {
    ...(order_id === undefined ? {} : { order_id }),
    // S3 writes a key as a form does.
    ...(isText(file) ? { file: decodeURIComponent(file.replaceAll("+", " ")) } : {}),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner instanceof Object ? Reflect.get(inner, key) : undefined), value);
