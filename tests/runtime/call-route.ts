import * as z from "zod";
import type { HttpRoute } from "../../runtime/lambda/http-handler";
import { apiFunction } from "../../runtime/order-api/api-function";
import { type ApiCall, apiEvent, lambdaContext } from "./api-event";

export interface RouteAnswer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: unknown;
}

/** Calls a route through the frame that every API function uses. */
export const callRoute = async (route: HttpRoute, call: ApiCall): Promise<RouteAnswer> => {
  const handler = apiFunction({ environment: z.object({}), build: () => route });
  const { statusCode, headers = {}, body = "" } = await handler(apiEvent(call), lambdaContext);
  return { status: statusCode, headers, json: JSON.parse(body) };
};
