import type { IncomingMessage } from "node:http";
import * as z from "zod";
import type { Clock } from "../kernel/clock";
import { AwsError } from "../kernel/endpoint/aws-service";
import { readBody } from "../kernel/endpoint/request-body";
import type { ResourceGraph } from "../kernel/program/resource-graph";
import type { HostedDashboard } from "../services/cloudwatch/hosted-dashboard";
import type { MetricsHost } from "../services/cloudwatch/metrics-host";
import type { LambdaHost } from "../services/lambda/lambda-host";
import type { LogGroupHost } from "../services/logs/log-group-host";
import type { QueueHost } from "../services/sqs/queue-host";
import type { TraceHost } from "../services/xray/trace-host";
import { alarmBoard } from "./alarm-board";
import type { ConsoleState, FlowPicture, Found, PlottedHour } from "./console-data";
import { type DashboardMinutes, dashboardMinutes, defaultMinutes } from "./dashboard-data";
import { dashboardNow, dashboardPicture } from "./dashboard-picture";
import { DeadLetterQueues } from "./dead-letters";
import { flowFigures } from "./flow/flow-figures";
import { flowGraph } from "./flow/flow-graph";
import { placeFlow } from "./flow/flow-layout";
import type { HopCounter } from "./flow/hop-counter";
import { searchLogs } from "./log-search";
import { plottedHour } from "./metric-plots";
import { isOwnPage } from "./page-access";
import { tracesIn } from "./traces-in-lines";

/** Hosts whose state is shown. */
export interface ConsoleSources {
  readonly metrics: Pick<MetricsHost, "store" | "alarms" | "compositeAlarms" | "dashboards">;
  readonly messages: Pick<QueueHost, "queues" | "service">;
  readonly functions: Pick<LambdaHost, "functionAt">;
  readonly logs: Pick<LogGroupHost, "service">;
  readonly traces: Pick<TraceHost, "trace">;
  readonly clock: Pick<Clock, "now">;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface Flow {
  readonly picture: FlowPicture;
  readonly state: () => ConsoleState;
  readonly plots: () => PlottedHour;
}

type Read = (query: URLSearchParams) => unknown;
type Change = (input: z.output<typeof changeInput>) => Promise<void>;

const changeInput = z.strictObject({ queue: z.string() });
const largestInput = 1_000;

/** What the page shows of one host. The flow is read when a page first asks, so it costs nothing without a page. */
export class ShownHost {
  private readonly graph: ResourceGraph;
  private readonly sources: ConsoleSources;
  private readonly counter: HopCounter;
  private made: Flow | undefined;
  private readonly reads: Readonly<Record<string, Read>>;
  private readonly changes: Readonly<Record<string, Change>>;

  constructor(graph: ResourceGraph, sources: ConsoleSources, counter: HopCounter) {
    this.graph = graph;
    this.sources = sources;
    this.counter = counter;
    const deadLetters = new DeadLetterQueues(sources.messages, sources.clock);
    this.reads = {
      "/flow": () => this.flow().picture,
      "/state": () => this.flow().state(),
      "/plots": () => this.flow().plots(),
      "/dashboard": (query) => dashboardPicture(this.dashboard(query), this.graph.stack),
      "/dashboard-now": (query) =>
        dashboardNow(sources.metrics, this.dashboard(query), {
          now: sources.clock.now(),
          minutes: rangeOf(query.get("minutes")),
        }),
      "/search": (query) => this.search(query.get("for") ?? ""),
      "/dead-letters": (query) => deadLetters.messages(query.get("queue") ?? ""),
      "/latest-move": async (query) => (await deadLetters.latestMove(query.get("queue") ?? "")) ?? null,
    };
    this.changes = {
      "/redrive": ({ queue }) => deadLetters.redrive(queue),
      "/purge": ({ queue }) => deadLetters.purge(queue),
    };
  }

  /** Undefined for what is not data. */
  async answer(path: string, request: IncomingMessage): Promise<JsonAnswer | undefined> {
    try {
      const change = this.changes[path];
      if (change !== undefined) return await changed(change, request);
      const read = this.reads[path];
      if (read === undefined) return undefined;
      return { status: 200, body: await read(new URL(request.url ?? "", "http://localhost").searchParams) };
    } catch (error) {
      if (error instanceof AwsError) return refusal(error.status, `${error.name}: ${error.message}`);
      throw error;
    }
  }

  /** @throws AwsError as GetDashboard does */
  private dashboard(query: URLSearchParams): HostedDashboard {
    const wanted = query.get("name") ?? "";
    const found = this.sources.metrics.dashboards().find(({ name }) => name === wanted);
    if (found === undefined) throw new AwsError("ResourceNotFound", `Dashboard ${wanted} does not exist`, 404);
    return found;
  }

  private async search(text: string): Promise<Found> {
    const found = await searchLogs(this.sources.logs.service, text);
    return { ...found, traces: tracesIn(this.sources.traces, text, found.lines) };
  }

  private flow(): Flow {
    this.made ??= this.makeFlow();
    return this.made;
  }

  private makeFlow(): Flow {
    const { metrics, messages, functions, clock } = this.sources;
    const flow = flowGraph(this.graph);
    const board = alarmBoard(metrics, flow.nodes);
    const figures = flowFigures(flow, { metrics, functions, clock, queues: messages.queues, hops: this.counter });
    const picture = {
      stack: this.graph.stack,
      ...placeFlow(flow),
      alarms: board.declared,
      dashboards: metrics.dashboards().map(({ name }) => name),
    };
    const named = flow.nodes.map((node, index) => ({ node, label: picture.nodes[index]?.label ?? node.logical }));
    return {
      picture,
      state: () => ({ now: clock.now(), ...figures(), alarms: board.now() }),
      plots: () => plottedHour(metrics.store, named, clock.now()),
    };
  }
}

const rangeOf = (minutes: string | null): DashboardMinutes =>
  dashboardMinutes.find((each) => String(each) === minutes) ?? defaultMinutes;

const refusal = (status: number, error: string): JsonAnswer => ({ status, body: { error } });

const changed = async (change: Change, request: IncomingMessage): Promise<JsonAnswer> => {
  if (!isOwnPage(request)) return refusal(403, "Only the console's own page may do this.");
  if (request.method !== "POST") return refusal(405, "This is done by a POST.");
  const input = changeInput.safeParse(jsonOf(await readBody(request, largestInput)));
  if (!input.success) return refusal(400, z.prettifyError(input.error));
  await change(input.data);
  return { status: 200, body: {} };
};

const jsonOf = (body: Buffer | undefined): unknown => {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
};
