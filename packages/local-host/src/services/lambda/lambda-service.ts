import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type RestApi,
} from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import { functionChange, reservedConcurrency } from "./function-change";
import type { HostedFunction, InvocationOptions } from "./hosted-function";
import { lambdaAction } from "./lambda-action";
import { ThrottledInvocation } from "./throttled-invocation";

/** Largest event of a synchronous invocation, in bytes, and of an asynchronous one. */
const payloadLimits = { RequestResponse: 6_291_456, Event: 1_048_576 } as const;

export interface LambdaServiceSettings {
  /** By name, ARN or ARN with qualifier; rejects as AWS does when there is no such function. */
  readonly functionAt: (nameOrArn: string) => HostedFunction;
  readonly functions: () => readonly HostedFunction[];
  readonly mappings: readonly ResourceNode[];
  readonly check: (principal: Principal, action: string, resourceArn: string) => void;
  readonly acceptAsync: (target: HostedFunction, payload: string) => string;
}

/** Lambda's REST API: invocations, and enough to look functions and mappings up. */
export class LambdaService implements AwsService {
  readonly service = "lambda";
  readonly rest: RestApi = {
    protocol: "rest-json",
    claims: (path) => /^\/(2015-03-31|2016-08-19|2017-10-31|2019-09-30)\//.test(path),
    action: ({ method, path }) => lambdaAction(method, path),
  };
  private readonly settings: LambdaServiceSettings;

  constructor(settings: LambdaServiceSettings) {
    this.settings = settings;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const [path = "", query = ""] = request.url.split("?", 2);
    const [, , , name = "", part] = path.split("/");
    const target = decoded(name);
    try {
      switch (request.action) {
        case "Invoke":
          return await this.invoke(request, this.settings.functionAt(target));
        case "GetFunction":
        case "GetFunctionConfiguration":
          return this.describe(request, this.settings.functionAt(target), part === "configuration");
        case "UpdateFunctionConfiguration":
          return json(200, this.configure(request, this.settings.functionAt(target)));
        case "PutFunctionConcurrency":
        case "DeleteFunctionConcurrency":
        case "GetFunctionConcurrency":
          return this.concurrency(request, this.settings.functionAt(target));
        case "ListFunctions":
          this.settings.check(request.principal, "lambda:ListFunctions", "*");
          return json(200, { Functions: this.settings.functions().map(configurationOf) });
        case "ListEventSourceMappings":
          this.settings.check(request.principal, "lambda:ListEventSourceMappings", "*");
          return json(200, { EventSourceMappings: this.mappingsOf(new URLSearchParams(query)) });
        default:
          throw new AwsError(
            "UnknownOperationException",
            `The local host does not answer lambda ${request.action}`,
            404,
          );
      }
    } catch (error) {
      if (error instanceof ThrottledInvocation)
        return json(429, { Reason: error.reason, Type: "User", message: error.message }, error.name);
      throw error;
    }
  }

  private async invoke(request: AwsRequest, target: HostedFunction): Promise<AwsResponse> {
    this.settings.check(request.principal, "lambda:InvokeFunction", target.definition.arn);
    const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
    const payload = request.body.length === 0 ? "{}" : request.body.toString();
    if (type === "DryRun") return { status: 204, headers: {}, body: "" };
    if (type !== "Event" && type !== "RequestResponse")
      throw new AwsError(
        "InvalidParameterValueException",
        `Invocation type ${type} is not Event, RequestResponse or DryRun`,
      );
    if (request.body.length > payloadLimits[type])
      throw new AwsError(
        "RequestTooLargeException",
        `${request.body.length} byte payload is too large for the ${type} invocation type (limit ${payloadLimits[type]} bytes)`,
        413,
      );
    requireJson(payload);
    if (type === "Event") {
      const requestId = this.settings.acceptAsync(target, payload);
      return { status: 202, headers: { "x-amzn-requestid": requestId }, body: "" };
    }
    const invocation = await target.invoke(payload, optionsOf(request.headers));
    const tail = Buffer.from(invocation.log.join("\n")).subarray(-4096).toString("base64");
    return {
      status: 200,
      headers: {
        "content-type": "application/json",
        "x-amz-executed-version": "$LATEST",
        "x-amzn-requestid": invocation.requestId,
        ...(invocation.functionError !== undefined && { "x-amz-function-error": invocation.functionError }),
        ...(request.headers["x-amz-log-type"] === "Tail" && { "x-amz-log-result": tail }),
      },
      body: invocation.payload,
    };
  }

  private describe(request: AwsRequest, target: HostedFunction, configurationOnly: boolean): AwsResponse {
    const action = configurationOnly ? "lambda:GetFunctionConfiguration" : "lambda:GetFunction";
    this.settings.check(request.principal, action, target.definition.arn);
    const configuration = configurationOf(target);
    if (configurationOnly) return json(200, configuration);
    const { reservedConcurrency } = target.definition;
    return json(200, {
      Configuration: configuration,
      Code: { RepositoryType: "S3", Location: `file://${target.definition.taskRoot}` },
      ...(reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
    });
  }

  private configure(request: AwsRequest, target: HostedFunction): object {
    this.settings.check(request.principal, "lambda:UpdateFunctionConfiguration", target.definition.arn);
    const change = functionChange(request.body);
    try {
      target.configure(change);
    } catch (error) {
      throw new AwsError("InvalidParameterValueException", error instanceof Error ? error.message : String(error));
    }
    return configurationOf(target);
  }

  private concurrency(request: AwsRequest, target: HostedFunction): AwsResponse {
    this.settings.check(request.principal, `lambda:${request.action}`, target.definition.arn);
    if (request.action === "PutFunctionConcurrency") target.reserve(reservedConcurrency(request.body));
    if (request.action === "DeleteFunctionConcurrency") {
      target.reserve(undefined);
      return { status: 204, headers: {}, body: "" };
    }
    const { reservedConcurrency: reserved } = target.definition;
    return json(200, reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved });
  }

  private mappingsOf(query: URLSearchParams): readonly object[] {
    const source = query.get("EventSourceArn");
    const name = query.get("FunctionName");
    const wanted = name === null ? undefined : this.settings.functionAt(name).definition.arn;
    return this.settings.mappings.flatMap((node) => {
      const target = this.settings.functionAt(String(node.inputs["functionName"])).definition.arn;
      if (source !== null && node.inputs["eventSourceArn"] !== source) return [];
      if (wanted !== undefined && wanted !== target) return [];
      return {
        UUID: node.id,
        EventSourceArn: node.inputs["eventSourceArn"],
        FunctionArn: target,
        BatchSize: node.inputs["batchSize"],
        FunctionResponseTypes: node.inputs["functionResponseTypes"] ?? [],
        State: node.inputs["enabled"] === false ? "Disabled" : "Enabled",
      };
    });
  }
}

const optionsOf = (headers: AwsRequest["headers"]): InvocationOptions => {
  const trace = headers["x-amzn-trace-id"];
  const context = headers["x-amz-client-context"];
  return {
    ...(trace !== undefined && { trace }),
    ...(context !== undefined && { clientContext: Buffer.from(context, "base64").toString() }),
  };
};

const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new AwsError("ValidationException", `The function name ${name} is not valid: its % is not a URL encoding.`);
  }
};

const requireJson = (payload: string): void => {
  try {
    JSON.parse(payload);
  } catch (error) {
    throw new AwsError("InvalidRequestContentException", `Could not parse request body into json: ${String(error)}`);
  }
};

const json = (status: number, body: object, errorType?: string): AwsResponse => ({
  status,
  headers: { "content-type": "application/json", ...(errorType !== undefined && { "x-amzn-errortype": errorType }) },
  body: JSON.stringify(body),
});

const configurationOf = ({ definition }: HostedFunction): object => ({
  FunctionName: definition.name,
  FunctionArn: definition.arn,
  Runtime: definition.runtime,
  Role: definition.roleArn,
  Handler: definition.handler,
  Description: definition.description,
  Timeout: definition.timeoutMs / 1000,
  MemorySize: definition.memoryMb,
  Version: "$LATEST",
  Environment: { Variables: definition.environment },
  TracingConfig: { Mode: definition.activeTracing ? "Active" : "PassThrough" },
  LoggingConfig: { LogFormat: definition.logFormat, LogGroup: definition.logGroup },
  PackageType: "Zip",
  State: "Active",
  LastUpdateStatus: "Successful",
});
