import { AwsError, type AwsResponse } from "./aws-service";
import { isJsonObject, type JsonObject } from "./json-object";

/** The headers of a service's answers and errors: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
const headers = { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" } as const;

/** Loaded with the first request that needs it: it takes 40 ms. */
const codec = () => import("@smithy/core/cbor");

/** Epoch seconds, as CBOR tags a time. */
const epochTime = 1;

/** Fields whose numbers are times, in the answers of the services that speak this protocol. */
const isTime = (field: string): boolean => /Timestamps?$/.test(field);

const isObject = (value: unknown): value is JsonObject => isJsonObject(value) && !(value instanceof Uint8Array);

/** CBOR's values as the JSON protocols have them: a time in epoch seconds, bytes in base64. */
const asJson = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(asJson);
  if (!isObject(value)) return value;
  if (value["tag"] === epochTime && "value" in value) return asJson(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asJson(inner)]));
};

/** Makes a tagged value. */
type Tagged = (tagged: { readonly tag: number; readonly value: number }) => unknown;

const asCbor = (value: unknown, field: string, tagged: Tagged): unknown => {
  if (typeof value === "number" && isTime(field)) return tagged({ tag: epochTime, value });
  if (Array.isArray(value)) return value.map((each) => asCbor(each, field, tagged));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asCbor(inner, name, tagged)]));
};

/** The body of a request in CBOR as the JSON that the services here take. */
export const jsonOfCbor = async (body: Buffer): Promise<Buffer> => {
  if (body.length === 0) return body;
  const { cbor } = await codec();
  try {
    return Buffer.from(JSON.stringify(asJson(cbor.deserialize(body))));
  } catch {
    throw new AwsError("SerializationException", "The request's body is not CBOR.");
  }
};

/** A service's answer in JSON, an error among them, as CBOR. */
export const cborAnswer = async ({ status, headers: own, body }: AwsResponse): Promise<AwsResponse> => {
  const { cbor, tag } = await codec();
  const { "content-type": _, ...others } = own;
  const answer: unknown = JSON.parse(body.toString() || "{}");
  return { status, headers: { ...others, ...headers }, body: Buffer.from(cbor.serialize(asCbor(answer, "", tag))) };
};
