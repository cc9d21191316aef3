import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type * as z from "zod";
import { type HttpRequest, httpRequest } from "./http-request";
import { type LambdaHandler, type LambdaHandlerOptions, lambdaHandler } from "./lambda-handler";

export interface HttpAnswer {
  readonly status: number;
  /** `content-type` is `application/json` unless it is given. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: object;
}

/** Answers a request, or throws an error, which `refusal` turns into an answer. */
export type HttpRoute = (request: HttpRequest) => Promise<HttpAnswer>;

export type HttpHandler<Environment extends z.ZodObject> = LambdaHandler<
  Environment,
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2
>;

export interface HttpHandlerOptions<Environment extends z.ZodObject>
  extends LambdaHandlerOptions<Environment, HttpRoute> {
  /** The answer to a request whose route threw. */
  readonly refusal: (error: unknown, request: HttpRequest) => HttpAnswer;
}

/** A function behind an HTTP API with payload format 2.0. It always answers. */
export const httpHandler = <Environment extends z.ZodObject>({
  environment,
  build,
  refusal,
}: HttpHandlerOptions<Environment>): HttpHandler<Environment> =>
  lambdaHandler({
    environment,
    build: (values) => {
      const route = build(values);
      return async (event: APIGatewayProxyEventV2) => {
        const request = httpRequest(event);
        try {
          return response(await route(request));
        } catch (error) {
          return response(refusal(error, request));
        }
      };
    },
  });

const response = ({ status, headers, json }: HttpAnswer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body: JSON.stringify(json),
});
