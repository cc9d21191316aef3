import type { IncomingMessage } from "node:http";
import type { ResourceGraph } from "../kernel/program/resource-graph";
import type { MetricsHost } from "../services/cloudwatch/metrics-host";
import type { LambdaHost } from "../services/lambda/lambda-host";
import type { QueueHost } from "../services/sqs/queue-host";
import { type AlarmBoard, alarmBoard } from "./alarm-board";
import type { ConsoleState, FlowPicture } from "./console-data";
import { flowFigures } from "./flow/flow-figures";
import { flowGraph } from "./flow/flow-graph";
import { placeFlow } from "./flow/flow-layout";
import type { FlowGraph } from "./flow/flow-parts";
import type { HopCounter } from "./flow/hop-counter";

/** Hosts whose state is shown. */
export interface ConsoleSources {
  readonly metrics: Pick<MetricsHost, "store" | "alarms" | "compositeAlarms">;
  readonly messages: Pick<QueueHost, "queues" | "service">;
  readonly functions: Pick<LambdaHost, "functionAt">;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

const ok = (body: unknown): JsonAnswer => ({ status: 200, body });

/** What the page is told of one host. Everything is made when a page first asks: a host that nobody looks at pays nothing. */
export class ShownHost {
  private readonly graph: ResourceGraph;
  private readonly sources: ConsoleSources;
  private readonly counter: HopCounter;
  private made: { readonly picture: FlowPicture; readonly state: () => ConsoleState } | undefined;

  constructor(graph: ResourceGraph, sources: ConsoleSources, counter: HopCounter) {
    this.graph = graph;
    this.sources = sources;
    this.counter = counter;
  }

  /** Undefined for what is no data. */
  async answer(path: string, _request: IncomingMessage): Promise<JsonAnswer | undefined> {
    switch (path) {
      case "/flow":
        return ok(this.view().picture);
      case "/state":
        return ok(this.view().state());
      default:
        return undefined;
    }
  }

  private view() {
    this.made ??= this.make();
    return this.made;
  }

  private make() {
    const { metrics, messages, functions } = this.sources;
    const flow: FlowGraph = flowGraph(this.graph);
    const board: AlarmBoard = alarmBoard(metrics, flow.nodes);
    const sources = { metrics, functions, queues: messages.queues, hops: this.counter };
    const figures = flowFigures(flow, sources);
    return {
      picture: { stack: this.graph.stack, ...placeFlow(flow), alarms: board.declared },
      state: () => ({ ...figures(), alarms: board.now() }),
    };
  }
}
