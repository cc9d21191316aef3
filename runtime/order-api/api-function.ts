import type * as z from "zod";
import { type HttpAnswer, type HttpHandler, type HttpRoute, httpHandler } from "../lambda/http-handler";
import type { HttpRequest } from "../lambda/http-request";
import type { LambdaHandlerOptions } from "../lambda/lambda-handler";
import { log } from "../lambda/log";
import { recordBy } from "../orders/record-metrics";
import { ServiceUnavailable } from "../values/service-unavailable";
import { Problem, problemBody, problems } from "./problem";

/** A function of this API: an error of its route is answered as a problem, never with a stack trace. */
export const apiFunction = <Environment extends z.ZodObject>(
  options: LambdaHandlerOptions<Environment, HttpRoute>,
): HttpHandler<Environment> =>
  httpHandler({ ...options, refusal: (error, request) => problemAnswer(problemOf(error, request)) });

const problemOf = (error: unknown, { trace, routeKey }: HttpRequest): Problem => {
  const about = { correlation_id: trace.correlation_id, route: routeKey };
  if (error instanceof Problem) {
    log.info({ ...about, order_id: error.extensions.order_id, error: error.code }, "request refused");
    recordBy("RequestsRefused", { Channel: "api" });
    return error;
  }
  log.error({ ...about, err: error }, "request failed");
  return isTransient(error)
    ? new Problem("try_again", "The service is busy. Send the same request again in a second.")
    : new Problem("internal_error", `The request failed. Its id is ${trace.correlation_id}.`);
};

/** DynamoDB's and the SDK's names of errors that a retry may resolve. */
const transientErrors: readonly string[] = [
  "InternalServerError",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "TimeoutError",
];

const isTransient = (error: unknown): boolean =>
  error instanceof ServiceUnavailable || (error instanceof Error && transientErrors.includes(error.name));

const problemAnswer = (problem: Problem): HttpAnswer => ({
  status: problems[problem.code].status,
  headers: {
    "content-type": "application/problem+json",
    ...(problem.code === "try_again" && { "retry-after": "1" }),
    ...(problem.code === "unauthorized" && { "www-authenticate": "Bearer" }),
  },
  json: problemBody(problem),
});
