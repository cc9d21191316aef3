import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type * as z from "zod";
import { ServiceUnavailable } from "../values/service-unavailable";
import { count } from "./count";
import { type HttpRequest, httpRequest } from "./http-request";
import { type LambdaHandler, type LambdaHandlerOptions, lambdaHandler } from "./lambda-handler";
import { log } from "./log";
import { Problem, problemBody, problems } from "./problem";

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: object;
}

/** Answers a request, or throws a Problem to refuse it. */
export type HttpRoute = (request: HttpRequest) => Promise<HttpAnswer>;

export type HttpHandler<Environment extends z.ZodObject> = LambdaHandler<
  Environment,
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2
>;

/** A function behind an HTTP API with payload format 2.0. It always answers: what is thrown becomes a problem. */
export const httpHandler = <Environment extends z.ZodObject>({
  environment,
  build,
}: LambdaHandlerOptions<Environment, HttpRoute>): HttpHandler<Environment> =>
  lambdaHandler({
    environment,
    build: (values) => {
      const route = build(values);
      return async (event: APIGatewayProxyEventV2) => {
        const request = httpRequest(event);
        try {
          return response(await route(request));
        } catch (error) {
          return problemResponse(problemOf(error, request));
        }
      };
    },
  });

const problemOf = (error: unknown, { trace, routeKey }: HttpRequest): Problem => {
  const about = { correlation_id: trace.correlation_id, route: routeKey };
  if (error instanceof Problem) {
    log.info({ ...about, order_id: error.extensions.order_id, error: error.code }, "request refused");
    count("RequestsRefused");
    return error;
  }
  log.error({ ...about, err: error }, "request failed");
  return isTransient(error)
    ? new Problem("try_again", "The service is busy. Send the same request again in a second.")
    : new Problem("internal_error", `The request failed. Its id is ${trace.correlation_id}.`);
};

/** DynamoDB's names, and the SDK's, for what a later try may get through. */
const transientErrors: readonly string[] = [
  "InternalServerError",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "TimeoutError",
];

const isTransient = (error: unknown): boolean =>
  error instanceof ServiceUnavailable || (error instanceof Error && transientErrors.includes(error.name));

const response = ({ status, headers, json }: HttpAnswer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body: JSON.stringify(json),
});

const problemResponse = (problem: Problem): APIGatewayProxyStructuredResultV2 => ({
  statusCode: problems[problem.code].status,
  headers: {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(problem.code === "try_again" && { "retry-after": "1" }),
    ...(problem.code === "unauthorized" && { "www-authenticate": "Bearer" }),
  },
  body: JSON.stringify(problemBody(problem)),
});
