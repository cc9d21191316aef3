import { AwsError } from "../../kernel/endpoint/aws-service";

export interface Unchunked {
  readonly content: Buffer;
  /** Fields behind the last chunk, by their names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

const lineEnd = "\r\n";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
export const incompleteBody = (reason: string): AwsError =>
  new AwsError("IncompleteBody", `The request body terminated unexpectedly: ${reason}.`);

/**
 * What is in a body that was sent in chunks, each with its length and perhaps a signature, which is not verified.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html
 * @throws AwsError IncompleteBody for one that was cut short, or is not in chunks at all
 */
export const unchunked = (body: Buffer): Unchunked => {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf(lineEnd, at);
    if (end < 0) throw incompleteBody("the last chunk, of 0 bytes, is missing");
    const header = body.toString("latin1", at, end);
    const digits = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(header)?.[1];
    if (digits === undefined) throw incompleteBody(`a chunk begins with ${JSON.stringify(header.slice(0, 40))}`);
    const size = Number.parseInt(digits, 16);
    const [from, to] = [end + lineEnd.length, end + lineEnd.length + size];
    if (size === 0) return { content: Buffer.concat(chunks), trailers: trailersIn(body.toString("latin1", from)) };
    if (body.toString("latin1", to, to + lineEnd.length) !== lineEnd) {
      throw incompleteBody(`a chunk does not have the ${size} bytes that it announces`);
    }
    chunks.push(body.subarray(from, to));
    at = to + lineEnd.length;
  }
};

const trailersIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(/\r?\n/)
      .filter((line) => line !== "")
      .map((line) => {
        const colon = line.indexOf(":");
        if (colon > 0) return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
        throw malformedTrailer();
      }),
  );

export const malformedTrailer = (): AwsError =>
  new AwsError(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
