import { join } from "node:path";
import type { ActionService } from "../../kernel/endpoint/aws-service";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import type { ResourceType } from "../../kernel/program/resource-type";
import { unhostable } from "../../kernel/program/unhostable";
import type { ResourceHost } from "../../kernel/resource-host";
import { readAlarm } from "./alarm-definition";
import { AlarmWatch, type WatchedAlarm, type WatchedCompositeAlarm } from "./alarm-watch";
import { readCompositeAlarm } from "./composite-alarm";
import { recordEmbeddedMetrics } from "./embedded-metrics";
import { type HostedDashboard, readDashboard } from "./hosted-dashboard";
import { MetricStore } from "./metric-store";
import { monitoringService } from "./monitoring-service";
import { type QueueDepthOf, queueGauges } from "./queue-gauges";
import { alarmType, compositeAlarmType, dashboardType } from "./resource-types";

/** Milliseconds between looks at the queues and at alarms whose periods pass without data. */
const TICK = 1000;
const EXPIRY_TICKS = 60;

export interface MetricsNeeds {
  /** Without it queues have no gauges. */
  readonly queueDepth?: QueueDepthOf;
  readonly now?: () => number;
  /** Milliseconds between evaluations that no new data causes. Default 1000. */
  readonly tick?: number;
}

export interface MetricsHost extends ResourceHost {
  readonly service: ActionService;
  readonly store: MetricStore;
  readonly calls: Pick<ServiceCalls, "recordMetric">;
  /** Takes every line of every log group, and records the metrics that some embed. */
  readonly hearLogLine: (line: string) => void;
  readonly alarms: () => readonly WatchedAlarm[];
  readonly compositeAlarms: () => readonly WatchedCompositeAlarm[];
  readonly dashboards: () => readonly HostedDashboard[];
}

/** Hosts CloudWatch's metrics, alarms and dashboards, which the console draws. */
export const metricsHost = (context: HostContext, options: MetricsNeeds = {}): MetricsHost => {
  const { clock } = context;
  const { now = () => clock.now(), tick = TICK, queueDepth } = options;
  const store = new MetricStore(now, (machineTime) => clock.at(machineTime));
  const watch = new AlarmWatch(context, join(context.dataDir, "metrics", "alarms.json"), now);
  let giveUp: (() => void) | undefined;
  let dashboards: readonly HostedDashboard[] = [];
  let stopped = false;
  return {
    service: monitoringService({ context, store, alarms: watch, dashboards: () => dashboards }),
    store,
    calls: {
      recordMetric: (namespace, name, dimensions, value, unit) =>
        store.record({ namespace, name, dimensions }, value, unit === undefined ? {} : { unit }),
    },
    hearLogLine: (line) => recordEmbeddedMetrics(store, line),
    alarms: () => watch.all(),
    compositeAlarms: () => watch.allComposite(),
    dashboards: () => dashboards,
    start: async () => {
      watch.watch(
        store,
        readAll(context, alarmType, readAlarm),
        readAll(context, compositeAlarmType, readCompositeAlarm),
      );
      dashboards = readAll(context, dashboardType, (node) => readDashboard(node, store));
      reportNotDrawn(context, dashboards);
      const sample = queueDepth === undefined ? undefined : queueGauges(context, store, queueDepth);
      let ticks = 0;
      const look = async (): Promise<void> => {
        try {
          await sample?.();
        } catch (error) {
          context.events.publish({
            level: "warn",
            resource: "metrics",
            what: "queue not sampled",
            detail: { message: error instanceof Error ? error.message : String(error) },
          });
        }
        if (stopped) return;
        watch.evaluateAll();
        ticks += 1;
        if (ticks % EXPIRY_TICKS === 0) store.deleteExpired();
        giveUp = clock.when(clock.now() + tick, () => void look());
      };
      giveUp = clock.when(clock.now() + tick, () => void look());
    },
    stop: async () => {
      stopped = true;
      giveUp?.();
      watch.stop();
    },
  };
};

/** Said at the start too: a graph that is missed is not looked for in vain. */
const reportNotDrawn = (context: HostContext, dashboards: readonly HostedDashboard[]): void => {
  for (const { name, widgets } of dashboards) {
    for (const { content } of widgets) {
      if (content.kind !== "not drawn") continue;
      const { title, why } = content;
      context.events.publish({ level: "warn", resource: name, what: "widget not drawn", detail: { title, why } });
    }
  }
};

const readAll = <Definition>(
  context: HostContext,
  type: Pick<ResourceType, "in">,
  read: (node: ResourceNode) => Definition,
): readonly Definition[] =>
  type.in(context.graph).map((node) => {
    try {
      return read(node);
    } catch (error) {
      throw unhostable(node, error);
    }
  });
