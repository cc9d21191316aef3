import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";

export type ControlAnswer = readonly [status: number, body: unknown];

export type ControlMethods = Readonly<Partial<Record<"GET" | "POST" | "DELETE", (body: unknown) => ControlAnswer>>>;

/** Answers requests for one path of the host's own, beside AWS's APIs; says whether the request was for it. */
export const localControl = (path: string, methods: ControlMethods) => {
  const known = Object.keys(methods)
    .join(", ")
    .replace(/, (\w+)$/, " or $1");

  const answer = async (request: IncomingMessage): Promise<ControlAnswer> => {
    const [, perform] = Object.entries(methods).find(([method]) => method === request.method) ?? [];
    if (perform === undefined) return [405, { message: `Use ${known} on ${path}.` }];
    if (request.method !== "POST") return perform(undefined);
    // A web page of another origin cannot send JSON without asking first.
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
      return [415, { message: "Send the request as application/json." }];
    }
    return perform(await json(request).catch(() => undefined));
  };

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url?.replace(/\?.*$/, "") !== path) return false;
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
    return true;
  };
};
