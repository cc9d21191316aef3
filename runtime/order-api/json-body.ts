import type { HttpRequest } from "../lambda/http-request";
import { maxOrderBytes } from "../orders/order-text";
import { parseJson, tooDeep } from "../values/json";
import { Problem } from "./problem";

const jsonMediaType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** The request's body, read as JSON. */
export const jsonBody = ({ headers, body }: HttpRequest): unknown => {
  const mediaType = headers["content-type"] ?? "";
  if (!jsonMediaType.test(mediaType)) {
    throw new Problem(
      "unsupported_media_type",
      `The Content-Type must be application/json, once, with no charset but utf-8; it is ${JSON.stringify(mediaType)}.`,
    );
  }
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new Problem(
      "unsupported_media_type",
      `The body must be sent as it is, without Content-Encoding; it is ${JSON.stringify(encoding)}.`,
    );
  }
  if (body.byteLength > maxOrderBytes) {
    throw new Problem("body_too_large", `The body may have ${maxOrderBytes} bytes; it has ${body.byteLength}.`);
  }
  if (body.byteLength === 0) throw new Problem("malformed_json", "The body must be JSON in UTF-8; it is empty.");
  const text = utf8(body);
  if (text === undefined) throw new Problem("malformed_json", "The body must be JSON in UTF-8; it is not UTF-8.");
  const read = parseJson(text);
  if (read.kind === "malformed") {
    throw new Problem("malformed_json", `The body must be JSON in UTF-8: ${read.reason}.`);
  }
  if (read.kind === "json") return read.json;
  const errors = [{ pointer: read.pointer, detail: tooDeep }];
  throw new Problem("invalid_request", "Fields of the order are wrong; see errors.", { errors });
};

const utf8 = (bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
