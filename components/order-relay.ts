import * as pulumi from "@pulumi/pulumi";
import { relayOrderEventsHandler } from "../runtime/relay/relay-order-events-handler";
import { consumeStream } from "./building-blocks/consume-stream";
import { asOneStep, type DashboardWidget } from "./building-blocks/dashboard";
import type { EventBus } from "./building-blocks/event-bus";
import type { OrderTable } from "./order-table";
import type { Platform } from "./platform";
import { watchFailedWork } from "./watch-failed-work";

export interface OrderRelayArgs {
  readonly platform: Platform;
  readonly table: OrderTable;
  readonly bus: EventBus;
}

/** Publishes every change of an order to the bus, from the table's stream. */
export class OrderRelay extends pulumi.ComponentResource {
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, { platform, table, bus }: OrderRelayArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:OrderRelay", name, {}, options);
    const child = { parent: this };
    const consumer = consumeStream(
      `${name}-relay`,
      {
        ...platform,
        functionName: `${name}-relay-order-events`,
        streamArn: table.streamArn,
        callback: relayOrderEventsHandler,
        environment: { EVENT_BUS_NAME: bus.name },
        grants: [bus.grantPutEvents()],
        timeout: 30,
        reservedConcurrency: platform.concurrency,
        deadLetterMeaning:
          "Changes of orders could not be published to the bus. Each message names a position in the table's stream, which keeps records for 24 hours.",
        behindMeaning: `${name}-relay is more than a minute behind the table: accepted orders are not being processed. Read the log of its function; the stream keeps records for 24 hours.`,
      },
      child,
    );
    const failedWork = watchFailedWork(name, { platform, Step: "relay-order-events" }, child);
    this.widgets = asOneStep(`${name}-relay`, [consumer, failedWork]);
    this.registerOutputs({});
  }
}
