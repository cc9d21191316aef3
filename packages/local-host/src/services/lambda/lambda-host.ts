import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { AwsError, type AwsService, type ResourceHost } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import { resourcesOf } from "../../kernel/program/resource-graph";
import { AsyncEventJournal } from "./async-event-journal";
import { AsyncInvocations } from "./async-invocations";
import { type AsyncSettings, defaultAsyncSettings, readAsyncSettings } from "./async-settings";
import { startsAtOnce } from "./execution-environment";
import { readFunctionDefinition } from "./function-definition";
import { type FunctionCredentials, functionEnvironment } from "./function-environment";
import { HostedFunction } from "./hosted-function";
import { LambdaService } from "./lambda-service";
import { ProcessReaper } from "./process-reaper";
import { rolePermissions } from "./role-permissions";
import { RuntimeApi } from "./runtime-api";

export interface LambdaHostOptions {
  /** Credentials by which the endpoint recognises the function's calls. */
  readonly credentialsFor: (roleArn: string, actor: string) => FunctionCredentials;
  /** Most processes per function at the same time; further events wait. Default 4. */
  readonly processesPerFunction?: number;
  /** Wait for a busy process before another is started, in milliseconds. Default 25. */
  readonly patienceMs?: number;
  /** A process without work for this long is ended, in milliseconds. Default 10 minutes. */
  readonly idleMs?: number;
  /** Waits before the two retries of an asynchronous event, in milliseconds. Default AWS's: one minute and two. */
  readonly asyncRetryDelaysMs?: readonly [number, number];
  /** First wait after a throttled asynchronous event, in milliseconds; doubles up to 5 minutes. Default 1000. */
  readonly asyncThrottleDelayMs?: number;
  /** How long a stop waits for events at work, in milliseconds. Default 1000. */
  readonly drainMs?: number;
}

const permissionInputs = {
  action: z.string(),
  function: z.string(),
  principal: z.string(),
  sourceArn: z.string().optional(),
  sourceAccount: z.string().optional(),
};

/** Hosts the graph's functions. */
export class LambdaHost implements ResourceHost {
  readonly hosts = [
    "aws:lambda/function:Function",
    "aws:lambda/permission:Permission",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  ];
  readonly service: AwsService;
  private readonly context: HostContext;
  private readonly options: LambdaHostOptions;
  private readonly functions = new Map<string, HostedFunction>();
  private readonly asyncSettings = new Map<string, AsyncSettings>();
  private readonly runtimeApi = new RuntimeApi();
  private reaper: ProcessReaper | undefined;
  private journal: AsyncEventJournal | undefined;
  private asyncInvocations: AsyncInvocations | undefined;

  constructor(context: HostContext, options: LambdaHostOptions) {
    this.context = context;
    this.options = options;
    this.service = new LambdaService({
      functionAt: (nameOrArn) => this.functionAt(nameOrArn),
      functions: () => [...this.functions.values()],
      mappings: resourcesOf(context.graph, "aws:lambda/eventSourceMapping:EventSourceMapping"),
      check: (principal, action, resourceArn) => context.access.check({ principal, action, resourceArn }),
      acceptAsync: (target, payload) => this.acceptAsync(target, payload),
    });
  }

  async start(): Promise<void> {
    const { graph, dataDir, cacheDir, calls, events } = this.context;
    const folder = join(dataDir, "lambda");
    const compileCacheFolder = join(cacheDir, "functions");
    mkdirSync(compileCacheFolder, { recursive: true });
    this.reaper = new ProcessReaper();
    await this.runtimeApi.listen();
    for (const node of resourcesOf(graph, "aws:lambda/function:Function")) {
      const definition = readFunctionDefinition(node);
      if (!existsSync(definition.taskRoot))
        throw new Error(`${node.urn}: its archive ${definition.taskRoot} does not exist`);
      const credentials = this.options.credentialsFor(definition.roleArn, definition.name);
      const hosted = new HostedFunction({
        definition,
        variables: functionEnvironment(definition, graph.region, this.context.awsEndpoint, credentials),
        compileCacheFolder,
        maximumProcesses: this.options.processesPerFunction ?? 4,
        patienceMs: this.options.patienceMs ?? 25,
        idleMs: this.options.idleMs ?? 600_000,
        runtimeApi: this.runtimeApi,
        reaper: this.reaper,
        calls,
        events,
        permissions: rolePermissions(this.context, definition),
      });
      this.functions.set(definition.name, hosted);
    }
    for (const node of resourcesOf(graph, "aws:lambda/permission:Permission")) {
      const declared = readInputs(node, permissionInputs, ["statementId", "statementIdPrefix", "qualifier"]);
      this.functionAt(declared.function);
    }
    for (const node of resourcesOf(graph, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")) {
      const { functionName, settings } = readAsyncSettings(node);
      this.asyncSettings.set(this.functionAt(functionName).definition.name, settings);
    }
    this.journal = new AsyncEventJournal(join(folder, "async-events.sqlite"));
    this.asyncInvocations = new AsyncInvocations({
      journal: this.journal,
      functionNamed: (name) => this.functions.get(name),
      settingsOf: (name) => this.asyncSettings.get(name) ?? defaultAsyncSettings,
      calls,
      events,
      retryDelaysMs: this.options.asyncRetryDelaysMs ?? [60_000, 120_000],
      throttleDelayMs: this.options.asyncThrottleDelayMs ?? 1000,
    });
    this.asyncInvocations.resume();
  }

  async stop(): Promise<void> {
    if (this.reaper === undefined) return;
    const asyncDone = this.asyncInvocations?.stop();
    const settled = Promise.all([...this.functions.values()].map((hosted) => hosted.settled()));
    await Promise.race([settled, delay(this.options.drainMs ?? 1000, undefined, { ref: false })]);
    await Promise.all([...this.functions.values()].map((hosted) => hosted.stop()));
    await asyncDone;
    this.journal?.close();
    await this.runtimeApi.close();
    this.reaper.close();
    this.reaper = undefined;
  }

  /** Starts one process for each function, as many at the same time as there are cores; ends early when the host stops. */
  async warm(): Promise<void> {
    const queue = [...this.functions.values()];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined && this.reaper !== undefined; next = queue.shift()) {
        await next.warm();
      }
    };
    await Promise.all(Array.from({ length: startsAtOnce }, worker));
  }

  /** @throws AwsError ResourceNotFoundException */
  functionAt(nameOrArn: string): HostedFunction {
    const name = nameOrArn.startsWith("arn:") ? nameOrArn.split(":")[6] : nameOrArn.split(":")[0];
    const hosted = this.functions.get(name ?? "");
    if (hosted !== undefined) return hosted;
    const { region, accountId } = this.context.graph;
    const arn = nameOrArn.startsWith("arn:")
      ? nameOrArn
      : `arn:aws:lambda:${region}:${accountId}:function:${nameOrArn}`;
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  }

  readonly invokeFunction: ServiceCalls["invokeFunction"] = async (principal, functionArn, payload) => {
    const target = this.allowed(principal, functionArn);
    return target.invoke(JSON.stringify(payload ?? null));
  };

  readonly invokeFunctionAsync: ServiceCalls["invokeFunctionAsync"] = async (principal, functionArn, payload) => {
    this.acceptAsync(this.allowed(principal, functionArn), JSON.stringify(payload ?? null));
  };

  private allowed(principal: Principal, functionArn: string): HostedFunction {
    const target = this.functionAt(functionArn);
    const resourceArn = target.definition.arn;
    this.context.access.check({ principal, action: "lambda:InvokeFunction", resourceArn });
    return target;
  }

  private acceptAsync(target: HostedFunction, payload: string): string {
    if (this.asyncInvocations === undefined) throw new Error("The Lambda host is not started");
    return this.asyncInvocations.accept(target.definition.name, payload);
  }
}
