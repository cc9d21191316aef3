import * as pulumi from "@pulumi/pulumi";
import { relayOrderEventsHandler } from "../runtime/relay/relay-order-events-handler";
import { CallbackFunction } from "./building-blocks/callback-function";
import type { DashboardWidget } from "./building-blocks/dashboard";
import { DeadLetterQueue } from "./building-blocks/dead-letter-queue";
import type { EventBus } from "./building-blocks/event-bus";
import type { Platform } from "./building-blocks/platform";
import { StreamRelay } from "./building-blocks/stream-relay";
import type { OrderTable } from "./order-table";

export interface OrderRelayArgs {
  readonly platform: Platform;
  readonly table: OrderTable;
  readonly bus: EventBus;
}

/** Tells the bus of every change of an order, from the table's stream. */
export class OrderRelay extends pulumi.ComponentResource {
  readonly deadLetters: DeadLetterQueue;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, { platform, table, bus }: OrderRelayArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:OrderRelay", name, {}, options);
    const child = { parent: this };
    this.deadLetters = new DeadLetterQueue(
      `${name}-relay-dlq`,
      {
        platform,
        meaning:
          "Changes of orders could not be told to the bus. Each message names a place in the table's stream, which forgets it after 24 hours.",
      },
      child,
    );
    const relayOrderEvents = new CallbackFunction(
      `${name}-relay-order-events`,
      {
        platform,
        callback: relayOrderEventsHandler,
        environment: { EVENT_BUS_NAME: bus.name },
        grants: [table.grantReadStream(), bus.grantPutEvents(), this.deadLetters.grantSend()],
        timeout: 30,
      },
      child,
    );
    const relay = new StreamRelay(
      `${name}-relay`,
      { platform, streamArn: table.streamArn, relay: relayOrderEvents, deadLetters: this.deadLetters },
      child,
    );
    this.widgets = [...relay.widgets, ...relayOrderEvents.widgets];
    this.registerOutputs({});
  }
}
