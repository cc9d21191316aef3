import * as z from "zod";
import type { HttpAnswer } from "../lambda/http-handler";
import { apiFunction } from "./api-function";
import { openapiDocument } from "./openapi-document";

const answers: Readonly<Record<string, HttpAnswer>> = {
  "GET /health": { status: 200, json: { status: "ok" } },
  "GET /openapi.json": { status: 200, json: openapiDocument, headers: { "cache-control": "public, max-age=300" } },
};

/** `GET /health` and `GET /openapi.json`, which need no token. */
export const describeApiHandler = apiFunction({
  environment: z.object({}),
  build:
    () =>
    async ({ routeKey }) => {
      const answer = answers[routeKey];
      if (answer === undefined) {
        throw new Error(
          `route "${routeKey}" does not lead here; this function answers ${Object.keys(answers).join(", ")}`,
        );
      }
      return answer;
    },
});
