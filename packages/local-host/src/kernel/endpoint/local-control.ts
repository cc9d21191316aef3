import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";

export type ControlAnswer = readonly [status: number, body: unknown];

/** What is done for each method; POST is given the body, undefined where it is not JSON. */
export interface ControlMethods {
  readonly GET?: () => ControlAnswer;
  readonly POST?: (body: unknown) => ControlAnswer;
  readonly DELETE?: () => ControlAnswer;
}

/**
 * A control of the running host for whoever works on this machine, in JSON, at a path under `/_local/`. What it returns
 * says whether a request was for it, and answers it then.
 */
export const localControl = (path: string, methods: ControlMethods) => {
  const answer = async (request: IncomingMessage): Promise<ControlAnswer> => {
    const { method } = request;
    if (method === "GET" && methods.GET !== undefined) return methods.GET();
    if (method === "DELETE" && methods.DELETE !== undefined) return methods.DELETE();
    if (method !== "POST" || methods.POST === undefined) {
      return [405, { message: `Use ${Object.keys(methods).join(" or ")} on ${path}.` }];
    }
    // A web page of another origin cannot send JSON without asking first.
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
      return [415, { message: "Send the request as application/json." }];
    }
    return methods.POST(await json(request).catch(() => undefined));
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
