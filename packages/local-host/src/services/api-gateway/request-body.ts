import type { IncomingMessage } from "node:http";

/** Bytes; the largest request that API Gateway accepts. */
const largestBody = 10 * 1024 * 1024;

/**
 * Reads a request's body; undefined when it is larger than API Gateway accepts. What is over is read and dropped, for a
 * connection closed on a client that still sends would take the answer with it.
 */
export function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(message.headers["content-length"] ?? 0) > largestBody) {
    message.resume();
    return Promise.resolve(undefined);
  }
  return new Promise((settle, refuse) => {
    let chunks: Buffer[] = [];
    let length = 0;
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= largestBody) chunks.push(chunk);
      else chunks = [];
    });
    message.on("end", () => {
      if (length > largestBody) settle(undefined);
      else settle(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    message.on("error", refuse);
  });
}
