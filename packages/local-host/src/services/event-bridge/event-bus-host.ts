import { join } from "node:path";
import { DurableDatabase } from "../../kernel/durable-database";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { jsonApi } from "../../kernel/endpoint/json-service";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceHost } from "../../kernel/resource-host";
import { newBusEvent } from "./bus-event";
import { busTopology } from "./bus-topology";
import { DeliveryDispatcher, exponentialBackoff } from "./delivery-dispatcher";
import { DeliveryJournal } from "./delivery-journal";
import { EventArchive } from "./event-archive";
import { EventBuses } from "./event-buses";
import { EventReplays } from "./event-replays";
import { eventsService } from "./events-service";
import { putEvents } from "./put-events";
import { scheduleControl } from "./schedule-control";
import { parseScheduleExpression } from "./schedule-expression";
import { ScheduleTimers } from "./schedule-timers";
import { startSchedules } from "./scheduler-schedules";

const HOUR = 3_600_000;

export interface EventBusOptions {
  /** Milliseconds before a failed delivery is tried again, by the number of attempts made. Default: EventBridge's manner. */
  readonly backoff?: (attempt: number) => number;
}

export interface EventBusHost extends ResourceHost {
  readonly service: ActionService;
  readonly calls: Pick<ServiceCalls, "putEvents">;
}

interface Running {
  readonly database: DurableDatabase;
  readonly journal: DeliveryJournal;
  readonly dispatcher: DeliveryDispatcher;
  readonly timers: ScheduleTimers;
  readonly buses: EventBuses;
  readonly service: ActionService;
  readonly retention: NodeJS.Timeout;
}

/** Hosts EventBridge: buses with rules, targets and archives, and the schedules of rules and of EventBridge Scheduler. */
export const eventBusHost = (context: HostContext, options: EventBusOptions = {}): EventBusHost => {
  let running: Running | undefined;
  const started = (): Running => {
    if (running === undefined) throw new AwsError("InternalException", "the event buses are not running", 503);
    return running;
  };
  return {
    service: jsonApi({
      service: "events",
      targets: ["AWSEvents"],
      call: async (call) => started().service.call(call),
    }),
    calls: {
      putEvents: async (principal, busArn, entry) => {
        const [result] = putEvents(context, started().buses, principal, {
          Entries: [
            {
              Source: entry.source,
              DetailType: entry.detailType,
              Detail: entry.detail,
              EventBusName: busArn,
              Resources: entry.resources,
              Time: entry.time && entry.time.getTime() / 1000,
            },
          ],
        }).Entries;
        if (result !== undefined && "ErrorCode" in result) throw new AwsError(result.ErrorCode, result.ErrorMessage);
      },
    },
    serve: scheduleControl(context.clock, () => started().timers.all()),
    start: async () => {
      running = run(context, options);
    },
    stop: async () => {
      if (running === undefined) return;
      const { database, journal, dispatcher, timers, retention } = running;
      running = undefined;
      clearInterval(retention);
      timers.stop();
      await dispatcher.stop();
      journal.close();
      database.close();
    },
  };
};

const run = (context: HostContext, { backoff = exponentialBackoff }: EventBusOptions): Running => {
  const topology = busTopology(context.graph);
  const database = new DurableDatabase(join(context.dataDir, "event-bus", "events.sqlite"));
  const journal = new DeliveryJournal(database);
  const dispatcher = new DeliveryDispatcher(context, journal, backoff);
  const timers = new ScheduleTimers(database, context.clock);
  const archive = new EventArchive(database, topology.archives);
  const buses = new EventBuses({ context, topology, journal, dispatcher, archive });
  const replays = new EventReplays(context.graph, buses, archive, database);
  startScheduledRules(context, buses, timers);
  startSchedules({ context, journal, dispatcher, timers });
  archive.deleteExpired();
  const retention = setInterval(() => archive.deleteExpired(), HOUR).unref();
  dispatcher.resume();
  const service = eventsService({ context, buses, archive, replays });
  return { database, journal, dispatcher, timers, buses, service, retention };
};

const startScheduledRules = (context: HostContext, buses: EventBuses, timers: ScheduleTimers): void => {
  for (const rule of buses.topology.rules) {
    if (rule.scheduleExpression === undefined || !rule.enabled) continue;
    timers.add({
      key: rule.arn,
      expressionText: rule.scheduleExpression,
      expression: parseScheduleExpression(rule.scheduleExpression),
      fire: (scheduledFor) => {
        const content = {
          "detail-type": "Scheduled Event",
          source: "aws.events",
          resources: [rule.arn],
          detail: {},
        };
        buses.acceptScheduled(rule, newBusEvent(context.graph, content, scheduledFor));
      },
    });
  }
};
