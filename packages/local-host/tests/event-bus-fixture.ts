import { onTestFinished } from "vitest";
import type { ServiceCalls } from "../src/kernel/endpoint/service-calls";
import type { ResourceNode } from "../src/kernel/program/resource-graph";
import { type EventBusHost, eventBusHost } from "../src/services/event-bridge/event-bus-host";
import { arnOf, type RecordedContext, recordedContext, resource } from "./recorded-context";

export const BUS = arnOf("events", "event-bus/photos");
export const RULE = arnOf("events", "rule/photos/placed");
export const QUEUE = arnOf("sqs", "fulfilment");
export const DEAD_LETTERS = arnOf("sqs", "fulfilment-dlq");

export const bus = resource("aws:cloudwatch/eventBus:EventBus", "photos", {}, { arn: BUS });
export const rule = (inputs: Readonly<Record<string, unknown>> = {}): ResourceNode =>
  resource(
    "aws:cloudwatch/eventRule:EventRule",
    "placed",
    { eventBusName: "photos", eventPattern: JSON.stringify({ "detail-type": ["PhotoAdded"] }), ...inputs },
    { arn: RULE },
  );
export const target = (inputs: Readonly<Record<string, unknown>> = {}): ResourceNode =>
  resource("aws:cloudwatch/eventTarget:EventTarget", "to-queue", {
    rule: "placed",
    eventBusName: "photos",
    arn: QUEUE,
    targetId: "queue",
    ...inputs,
  });
export const archive = resource(
  "aws:cloudwatch/eventArchive:EventArchive",
  "kept",
  { eventSourceArn: BUS, retentionDays: 7 },
  { arn: arnOf("events", "archive/kept") },
);

export const entry = { Source: "shop", DetailType: "PhotoAdded", Detail: '{"photo":1}', EventBusName: "photos" };

export const start = async (
  resources: readonly ResourceNode[],
  calls: Partial<ServiceCalls> = {},
  dataDir?: string,
): Promise<{ context: RecordedContext; host: EventBusHost }> => {
  const context = recordedContext({ resources, calls, ...(dataDir === undefined ? {} : { dataDir }) });
  const host = eventBusHost(context, { backoff: () => 1 });
  onTestFinished(() => host.stop());
  await host.start();
  return { context, host };
};

export const sent = (context: RecordedContext, queue: string) =>
  context.recorded.filter(({ call, target: to }) => call === "sendMessage" && to === queue);

/** The events that a queue got, from the messages' bodies. */
export const bodies = (context: RecordedContext, queue: string): readonly unknown[] =>
  sent(context, queue).map(({ value }) => {
    // sendMessage is recorded with its message.
    const { body } = value as { body: string };
    return JSON.parse(body);
  });
