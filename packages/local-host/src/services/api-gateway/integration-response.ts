import { validateHeaderName, validateHeaderValue } from "node:http";
import * as z from "zod";
import type { GatewayAnswer } from "./gateway-answer";

/** A function's answer that API Gateway cannot make a response of; `message` is what its log says. */
export class MalformedResponse extends Error {
  override readonly name = "MalformedResponse";
  constructor(field?: string) {
    const format = "The response from the Lambda function doesn't match the format that API Gateway expects.";
    super(field === undefined ? format : `${format} Lambda body contains the wrong type for field "${field}"`);
  }
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const shaped = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Set by the server itself. */
const dropped = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

const isShaped = (value: unknown): boolean => typeof value === "object" && value !== null && "statusCode" in value;

/** The response of payload format 2.0: as the function shaped it, or inferred from any other JSON. */
export function interpretResponse(payload: string): GatewayAnswer {
  let value: unknown;
  try {
    value = payload === "" ? null : JSON.parse(payload);
  } catch {
    throw new MalformedResponse();
  }
  if (!isShaped(value)) {
    const body = typeof value === "string" ? value : payload;
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const result = shaped.safeParse(value);
  if (!result.success) throw new MalformedResponse(String(result.error.issues[0]?.path[0]));
  const { statusCode, headers: given, cookies, body, isBase64Encoded } = result.data;
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(given ?? {})) {
    const lower = name.toLowerCase();
    if (!isSendable(lower, text)) throw new MalformedResponse("headers");
    if (!dropped.has(lower)) headers[lower] = text;
  }
  if (cookies?.some((cookie) => !isSendable("set-cookie", cookie))) throw new MalformedResponse("cookies");
  headers["content-type"] ??= "text/plain;charset=UTF-8";
  return {
    status: statusCode,
    headers,
    ...(cookies === null || cookies === undefined ? {} : { cookies }),
    body: isBase64Encoded === true ? Buffer.from(body ?? "", "base64") : (body ?? ""),
  };
}
