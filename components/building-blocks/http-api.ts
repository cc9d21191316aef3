import * as apigateway from "@pulumi/aws/apigatewayv2";
import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import type { Alarms } from "./alarms";
import type { CallbackFunction } from "./callback-function";
import type { DashboardWidget } from "./dashboard";
import { type LogGroupArgs, logGroup, logVolume } from "./log-group";

/** Requests a second over time, and how many may come at once. */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

export interface ApiRoute<Scope extends string = string> {
  readonly handledBy: CallbackFunction;
  /** The scopes of which a token needs one; "public" lets everybody in. */
  readonly access: readonly [Scope, ...Scope[]] | "public";
  readonly throttle: Throttle;
}

/** What pages of other origins may send and read. */
export interface Cors {
  /** Web origins whose pages may call the API: `https://shop.example`. None: no CORS headers. */
  readonly origins: readonly string[];
  /** Headers that a page may send. */
  readonly requestHeaders: readonly string[];
  /** Headers of an answer that a page may read. */
  readonly responseHeaders: readonly string[];
}

/** Whose tokens the API believes. */
export interface TokenIssuer {
  /** OpenID issuer, whose keys API Gateway finds below it. */
  readonly issuer: pulumi.Input<string>;
  readonly audience: pulumi.Input<string[]>;
}

/** Args of an `HttpApi`; its logs are the access log. */
export interface HttpApiArgs<Scope extends string = string> extends LogGroupArgs {
  readonly alarms: Pick<Alarms, "declare">;
  /** By route key: `POST /photos`. */
  readonly routes: Readonly<Record<`${"GET" | "POST"} /${string}`, ApiRoute<Scope>>>;
  readonly identity: TokenIssuer;
  readonly cors: Cors;
  /** For a route that the stage has no settings for: every route of `routes` has its own in their place. */
  readonly throttle: Throttle;
}

/** One line for each request; without address, user agent or claims, since those are personal. */
const accessLogFormat = JSON.stringify({
  request_id: "$context.requestId",
  time: "$context.requestTime",
  route: "$context.routeKey",
  status: "$context.status",
  latency_ms: "$context.responseLatency",
  integration_latency_ms: "$context.integrationLatency",
  response_bytes: "$context.responseLength",
  error: "$context.error.message",
  integration_error: "$context.integrationErrorMessage",
  authorizer_error: "$context.authorizer.error",
});

/** Milliseconds that one in a hundred requests may take. */
const slowest = 2_000;

/** The HTTP API: its routes with authorization, throttling and an access log. */
export class HttpApi<Scope extends string = string> extends pulumi.ComponentResource {
  /** The API's base URL, without a slash at its end. */
  readonly endpoint: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];
  private readonly api: apigateway.Api;
  private readonly name: string;

  constructor(name: string, args: HttpApiArgs<Scope>, options?: pulumi.ComponentResourceOptions) {
    // The type is part of the URN of everything that is deployed, so it keeps the name that it has there.
    super("order-pipeline:index:OrderApi", name, {}, options);
    const child = { parent: this };
    this.name = name;
    this.api = new apigateway.Api(
      name,
      {
        protocolType: "HTTP",
        ...(args.cors.origins.length === 0
          ? {}
          : {
              corsConfiguration: {
                allowOrigins: [...args.cors.origins],
                allowMethods: ["GET", "POST"],
                allowHeaders: [...args.cors.requestHeaders],
                exposeHeaders: [...args.cors.responseHeaders],
                maxAge: 3600,
              },
            }),
      },
      child,
    );
    const authorizer = new apigateway.Authorizer(
      name,
      {
        apiId: this.api.id,
        name: "jwt",
        authorizerType: "JWT",
        identitySources: ["$request.header.Authorization"],
        jwtConfiguration: { issuer: args.identity.issuer, audiences: args.identity.audience },
      },
      child,
    );
    const routes = Object.entries(args.routes).map(([key, route]) => this.route(key, route, authorizer));
    const accessLog = logGroup(`${name}-access`, args, child, `/aws/vendedlogs/http-apis/${name}-${pulumi.getStack()}`);
    const metrics = { detailedMetricsEnabled: true };
    new apigateway.Stage(
      name,
      {
        apiId: this.api.id,
        name: "$default",
        autoDeploy: true,
        accessLogSettings: { destinationArn: accessLog.arn, format: accessLogFormat },
        defaultRouteSettings: { ...throttling(args.throttle), ...metrics },
        // Each is complete: it replaces the default settings as a whole, and AWS does not fill in what it leaves out
        // (terraform-aws-modules/terraform-aws-apigateway-v2#78); without limits it would answer 429 to everything.
        routeSettings: Object.entries(args.routes).map(([routeKey, { throttle }]) => ({
          routeKey,
          ...throttling(throttle),
          ...metrics,
        })),
      },
      { ...child, dependsOn: routes },
    );
    this.endpoint = this.api.apiEndpoint;
    const dimensions = { ApiId: this.api.id };
    args.alarms.declare(
      `${name}-fails`,
      {
        description: `${name} returned 5xx for more than 5 requests in 5 minutes. Its access log shows the routes, and integration_error the reason. A function without errors of its own was throttled or timed out.`,
        runbook: "the-api-answers-with-errors",
        namespace: "AWS/ApiGateway",
        metric: "5xx",
        dimensions,
        statistic: "Sum",
        above: 5,
        period: 300,
      },
      child,
    );
    args.alarms.declare(
      `${name}-fails-often`,
      {
        description: `${name} returned 5xx for more than 5% of requests in 5 minutes: callers are affected. Its access log shows the routes.`,
        runbook: "the-api-answers-with-errors",
        namespace: "AWS/ApiGateway",
        metric: "5xx",
        dimensions,
        statistic: "Sum",
        percentage: { of: "Count", atLeast: 20 },
        above: 5,
        period: 300,
      },
      child,
    );
    args.alarms.declare(
      `${name}-slow`,
      {
        description: `The p99 latency of ${name} was above ${slowest / 1_000} seconds for 3 minutes: a function has too many cold starts, or the table is slow.`,
        runbook: "the-api-is-slow",
        namespace: "AWS/ApiGateway",
        metric: "Latency",
        dimensions,
        statistic: "p99",
        above: slowest,
        periods: 3,
      },
      child,
    );
    const ofApi = { namespace: "AWS/ApiGateway", dimensions };
    this.widgets = [
      {
        section: "outcome",
        title: `Requests to ${name}`,
        metrics: [
          { ...ofApi, metric: "Count", statistic: "Sum", label: "requests" },
          { ...ofApi, metric: "4xx", statistic: "Sum", label: "4xx" },
          { ...ofApi, metric: "5xx", statistic: "Sum", label: "5xx" },
        ],
      },
      {
        section: "outcome",
        title: `Time to answer of ${name}, milliseconds`,
        metrics: [
          { ...ofApi, metric: "Latency", statistic: "p50", label: "p50" },
          { ...ofApi, metric: "Latency", statistic: "p99", label: "p99" },
        ],
      },
      logVolume(`${name}-access`, accessLog),
    ];
    this.registerOutputs({ endpoint: this.endpoint });
  }

  private route(
    key: string,
    { handledBy, access }: ApiRoute<Scope>,
    authorizer: apigateway.Authorizer,
  ): apigateway.Route {
    const child = { parent: this };
    // "POST /albums/{album_id}/cover" of the API photos names its resources photos-post-albums-album_id-cover.
    const name = `${this.name}-${key
      .toLowerCase()
      .split(/[^a-z0-9_]+/)
      .filter(Boolean)
      .join("-")}`;
    const integration = new apigateway.Integration(
      name,
      {
        apiId: this.api.id,
        integrationType: "AWS_PROXY",
        integrationUri: handledBy.function.invokeArn,
        payloadFormatVersion: "2.0",
        timeoutMilliseconds: 29_000,
      },
      child,
    );
    new lambda.Permission(
      name,
      {
        action: "lambda:InvokeFunction",
        function: handledBy.function.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${this.api.executionArn}/*/${key.replace(" ", "")}`,
      },
      child,
    );
    return new apigateway.Route(
      name,
      {
        apiId: this.api.id,
        routeKey: key,
        target: pulumi.interpolate`integrations/${integration.id}`,
        ...(access === "public"
          ? { authorizationType: "NONE" }
          : { authorizationType: "JWT", authorizerId: authorizer.id, authorizationScopes: [...access] }),
      },
      child,
    );
  }
}

const throttling = ({ rate, burst }: Throttle) => ({ throttlingRateLimit: rate, throttlingBurstLimit: burst });
