import type { IncomingMessage } from "node:http";

/**
 * Reads a request's body; undefined when it has more bytes than `largest`. What is over is read and dropped, for a
 * connection closed on a client that still sends would take the answer with it.
 *
 * @throws when the client goes away before it has sent all
 */
export const readBody = (message: IncomingMessage, largest: number): Promise<Buffer | undefined> => {
  if (Number(message.headers["content-length"] ?? 0) > largest) {
    message.on("error", () => undefined).resume();
    return Promise.resolve(undefined);
  }
  return new Promise((settle, refuse) => {
    let chunks: Buffer[] = [];
    let length = 0;
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= largest) chunks.push(chunk);
      else chunks = [];
    });
    message.on("end", () => {
      if (length > largest) settle(undefined);
      else settle(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    message.on("error", refuse);
    message.on("close", () => refuse(new Error("the connection was closed before the whole body was there")));
  });
};
