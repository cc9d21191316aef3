import * as pulumi from "@pulumi/pulumi";
import { publishOrderHandler } from "../runtime/topic-intake/publish-order-handler";
import { CallbackFunction } from "./building-blocks/callback-function";
import type { DashboardWidget } from "./building-blocks/dashboard";
import { FunctionSchedule } from "./building-blocks/function-schedule";
import type { Topic } from "./building-blocks/topic";
import type { Platform } from "./platform";

export interface OrderProducerArgs {
  readonly platform: Platform;
  readonly topic: Topic;
  /** When to publish, and how many orders each time. Default: never. */
  readonly publishSchedule?: { readonly expression: string; readonly orders: number } | undefined;
}

/** Publishes orders of a test customer, as another system would: by hand for a smoke test, on a schedule for a soak. */
export class OrderProducer extends pulumi.ComponentResource {
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: OrderProducerArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:OrderProducer", name, {}, options);
    const child = { parent: this };
    const { platform, topic, publishSchedule } = args;
    const publishOrder = new CallbackFunction(
      `${name}-publish-order`,
      {
        ...platform,
        callback: publishOrderHandler,
        environment: { INTAKE_TOPIC_ARN: topic.arn },
        grants: [topic.grantPublish()],
        timeout: 30,
        failedEventsMeaning:
          "Orders of the test customer could not be published in 3 attempts. Read the log of publish-order for the reason. The schedule invokes it again, so delete the message.",
      },
      child,
    );
    const { expression, orders } = publishSchedule ?? { expression: "rate(1 minute)", orders: 1 };
    const schedule = new FunctionSchedule(
      `${name}-publish-schedule`,
      { ...platform, target: publishOrder, expression, enabled: publishSchedule !== undefined, input: { orders } },
      child,
    );
    this.widgets = [publishOrder, schedule].flatMap(({ widgets }) => widgets);
    this.registerOutputs({});
  }
}
