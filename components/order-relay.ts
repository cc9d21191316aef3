import * as pulumi from "@pulumi/pulumi";
import { relayOrderEventsHandler } from "../runtime/handlers/relay-order-events";
import { CallbackFunction } from "./callback-function";
import type { DashboardWidget } from "./dashboard";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { EventBus } from "./event-bus";
import type { OrderTable } from "./order-table";
import type { Platform } from "./platform";
import { StreamRelay } from "./stream-relay";

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
