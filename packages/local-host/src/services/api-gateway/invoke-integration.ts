import { AwsError } from "../../kernel/endpoint/aws-service";
import type { InvocationResult, ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { DeclaredRoute } from "./declared-api";
import type { Exchange } from "./exchange";
import { type GatewayAnswer, refusal } from "./gateway-answer";
import { interpretResponse, MalformedResponse } from "./integration-response";
import { proxyEvent } from "./proxy-event";

const timedOut = Symbol("timed out");

/** Settles with the result, or with `timedOut`; the function runs on, as it does on AWS. */
async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | typeof timedOut> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof timedOut>((settle) => {
    timer = setTimeout(settle, milliseconds, timedOut);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The ARN that a function's permission must allow as its source: `<api>/<stage>/<METHOD>/<route path>`. */
function sourceArn(exchange: Exchange, route: DeclaredRoute): string {
  const stage = `${exchange.api.executionArn}/${exchange.stage.name}`;
  return route.path === undefined ? `${stage}/$default` : `${stage}/${exchange.method}${route.path}`;
}

const denied =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again.";

function rejected(error: AwsError): { readonly answer: GatewayAnswer; readonly error: string } {
  if (error.name.startsWith("AccessDenied")) return { answer: refusal("failed"), error: denied };
  if (error.status === 413) return { answer: refusal("tooLarge"), error: error.message };
  // Lambda is throttled or unavailable: the client may try again.
  if (error.status === 429 || error.status >= 500 || error.name === "TooManyRequestsException") {
    return { answer: refusal("unavailable"), error: error.message };
  }
  return { answer: refusal("failed"), error: error.message };
}

function settled(result: InvocationResult): { readonly answer: GatewayAnswer; readonly error?: string } {
  if (result.functionError !== undefined) {
    return {
      answer: refusal("failed"),
      error: `The Lambda function returned the following error: ${result.payload}. Check your Lambda function code and try again.`,
    };
  }
  try {
    return { answer: interpretResponse(result.payload) };
  } catch (error) {
    if (error instanceof MalformedResponse) return { answer: refusal("failed"), error: error.message };
    throw error;
  }
}

/** Calls the route's function, and notes on the exchange what came of it. */
export async function invokeIntegration(
  calls: ServiceCalls,
  exchange: Exchange,
  route: DeclaredRoute,
  body: Buffer,
): Promise<GatewayAnswer> {
  const startedAt = performance.now();
  const note = (answer: GatewayAnswer, serviceStatus: number, error: string | undefined): GatewayAnswer => {
    exchange.integration = {
      latency: performance.now() - startedAt,
      serviceStatus,
      ...(answer.error === undefined ? { status: answer.status } : {}),
      ...(error === undefined ? {} : { error }),
    };
    return answer;
  };
  try {
    const principal = {
      kind: "service",
      service: "apigateway.amazonaws.com",
      sourceArn: sourceArn(exchange, route),
    } as const;
    const invocation = calls.invokeFunction(principal, route.functionArn, proxyEvent(exchange, body), {
      trace: exchange.headers["x-amzn-trace-id"],
    });
    const result = await within(route.timeoutMilliseconds, invocation);
    if (result === timedOut) {
      const limit = `The integration did not answer within ${route.timeoutMilliseconds} ms.`;
      return note(refusal("unavailable"), 504, limit);
    }
    const { answer, error } = settled(result);
    return note(answer, 200, error);
  } catch (failure) {
    if (!(failure instanceof AwsError)) throw failure;
    const { answer, error } = rejected(failure);
    return note(answer, failure.status, error);
  }
}
