import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AwsError, type AwsService } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import { resourcesOf } from "../../kernel/program/resource-graph";
import type { ResourceHost } from "../../kernel/resource-host";
import { AsyncEventJournal } from "./async-event-journal";
import { AsyncInvocations } from "./async-invocations";
import { type AsyncSettings, defaultAsyncSettings, readAsyncSettings } from "./async-settings";
import { startsAtOnce } from "./execution-environment";
import { readFunctionDefinition } from "./function-definition";
import { type FunctionCredentials, functionEnvironment } from "./function-environment";
import { HostedFunction } from "./hosted-function";
import { LambdaService } from "./lambda-service";
import { ProcessReaper } from "./process-reaper";
import { functionType, invokeConfigType, permissionType } from "./resource-types";
import { rolePermissions } from "./role-permissions";
import { RuntimeApi } from "./runtime-api";

export interface LambdaNeeds {
  /** Credentials by which the endpoint recognises the function's calls. */
  readonly credentialsFor: (roleArn: string, actor: string) => FunctionCredentials;
  /** Starts the X-Ray daemon of a function; resolves to its address. */
  readonly traceDaemonFor: (principal: Principal) => Promise<string>;
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

export interface LambdaHost extends ResourceHost {
  readonly service: AwsService;
  readonly calls: Pick<ServiceCalls, "invokeFunction" | "invokeFunctionAsync">;
  /** Starts one process for each function, as many at the same time as there are cores; ends early when the host stops. */
  warm(): Promise<void>;
  /** @throws AwsError ResourceNotFoundException */
  readonly functionAt: (nameOrArn: string) => HostedFunction;
}

/** What the functions' processes run in. */
interface Runtime {
  readonly reaper: ProcessReaper;
  readonly api: RuntimeApi;
}

/** Events that were accepted and have not been handled. */
interface AcceptedEvents {
  readonly journal: AsyncEventJournal;
  readonly invocations: AsyncInvocations;
}

/** Hosts the graph's functions. */
export const lambdaHost = (context: HostContext, needs: LambdaNeeds): LambdaHost => {
  const functions = new Map<string, HostedFunction>();
  let runtime: Runtime | undefined;
  let accepted: AcceptedEvents | undefined;

  const functionAt = (nameOrArn: string): HostedFunction => {
    const name = nameOrArn.startsWith("arn:") ? nameOrArn.split(":")[6] : nameOrArn.split(":")[0];
    const hosted = functions.get(name ?? "");
    if (hosted !== undefined) return hosted;
    const { region, accountId } = context.graph;
    const arn = nameOrArn.startsWith("arn:")
      ? nameOrArn
      : `arn:aws:lambda:${region}:${accountId}:function:${nameOrArn}`;
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  };

  const allowed = (principal: Principal, functionArn: string): HostedFunction => {
    const target = functionAt(functionArn);
    const resourceArn = target.definition.arn;
    context.access.check({ principal, action: "lambda:InvokeFunction", resourceArn });
    return target;
  };

  const acceptAsync = (target: HostedFunction, payload: string): string => {
    if (accepted === undefined) throw new Error("The Lambda host is not started");
    return accepted.invocations.accept(target.definition.name, payload);
  };

  /** Makes every declared function; none has a process yet. */
  const makeFunctions = async ({ api: runtimeApi, reaper }: Runtime): Promise<void> => {
    const { graph, cacheDir, calls, events } = context;
    const compileCacheFolder = join(cacheDir, "functions");
    mkdirSync(compileCacheFolder, { recursive: true });
    for (const node of functionType.in(graph)) {
      const definition = readFunctionDefinition(node);
      if (!existsSync(definition.taskRoot))
        throw new Error(`${node.urn}: its archive ${definition.taskRoot} does not exist`);
      const { roleArn, name } = definition;
      const credentials = needs.credentialsFor(roleArn, name);
      const traceDaemon = await needs.traceDaemonFor({ kind: "role", roleArn, actor: name });
      const hosted = new HostedFunction({
        definition,
        variablesOf: (present) =>
          functionEnvironment(present, graph.region, context.awsEndpoint, credentials, traceDaemon),
        compileCacheFolder,
        maximumProcesses: needs.processesPerFunction ?? 4,
        patienceMs: needs.patienceMs ?? 25,
        idleMs: needs.idleMs ?? 600_000,
        runtimeApi,
        reaper,
        calls,
        events,
        permissions: rolePermissions(context, definition),
      });
      functions.set(name, hosted);
    }
  };

  /** Settings of asynchronous invocations, by function name. */
  const declaredAsyncSettings = (): ReadonlyMap<string, AsyncSettings> =>
    new Map(
      invokeConfigType.in(context.graph).map((node) => {
        const { functionName, settings } = readAsyncSettings(node);
        return [functionAt(functionName).definition.name, settings];
      }),
    );

  return {
    service: new LambdaService({
      functionAt,
      functions: () => [...functions.values()],
      mappings: resourcesOf(context.graph, "aws:lambda/eventSourceMapping:EventSourceMapping"),
      check: (principal, action, resourceArn) => context.access.check({ principal, action, resourceArn }),
      acceptAsync,
    }),
    calls: {
      invokeFunction: async (principal, functionArn, payload, { trace } = {}) =>
        allowed(principal, functionArn).invoke(JSON.stringify(payload ?? null), trace === undefined ? {} : { trace }),
      invokeFunctionAsync: async (principal, functionArn, payload) => {
        acceptAsync(allowed(principal, functionArn), JSON.stringify(payload ?? null));
      },
    },
    functionAt,
    start: async () => {
      runtime = { reaper: new ProcessReaper(), api: new RuntimeApi() };
      await runtime.api.listen();
      await makeFunctions(runtime);
      for (const node of permissionType.in(context.graph)) functionAt(permissionType.read(node).function);
      const settings = declaredAsyncSettings();
      const journal = new AsyncEventJournal(join(context.dataDir, "lambda", "async-events.sqlite"));
      const invocations = new AsyncInvocations({
        journal,
        functionNamed: (name) => functions.get(name),
        settingsOf: (name) => settings.get(name) ?? defaultAsyncSettings,
        calls: context.calls,
        events: context.events,
        clock: context.clock,
        retryDelaysMs: needs.asyncRetryDelaysMs ?? [60_000, 120_000],
        throttleDelayMs: needs.asyncThrottleDelayMs ?? 1000,
      });
      accepted = { journal, invocations };
      invocations.resume();
    },
    stop: async () => {
      if (runtime === undefined) return;
      const asyncDone = accepted?.invocations.stop();
      const settled = Promise.all([...functions.values()].map((hosted) => hosted.settled()));
      await Promise.race([settled, delay(needs.drainMs ?? 1000, undefined, { ref: false })]);
      await Promise.all([...functions.values()].map((hosted) => hosted.stop()));
      await asyncDone;
      accepted?.journal.close();
      await runtime.api.close();
      runtime.reaper.close();
      runtime = undefined;
    },
    warm: async () => {
      const queue = [...functions.values()];
      const worker = async (): Promise<void> => {
        for (let next = queue.shift(); next !== undefined && runtime !== undefined; next = queue.shift()) {
          await next.warm();
        }
      };
      await Promise.all(Array.from({ length: startsAtOnce }, worker));
    },
  };
};
