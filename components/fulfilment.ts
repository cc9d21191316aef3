import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import { fulfilOrderHandler } from "../runtime/fulfilment/fulfil-order-handler";
import { refundPaymentHandler } from "../runtime/fulfilment/refund-payment-handler";
import { shipOrderHandler } from "../runtime/fulfilment/ship-order-handler";
import { takePaymentHandler } from "../runtime/fulfilment/take-payment-handler";
import { orderEventSource, orderEventTypes } from "../runtime/orders/order-event";
import { CallbackFunction } from "./building-blocks/callback-function";
import type { DashboardWidget } from "./building-blocks/dashboard";
import type { EventBus } from "./building-blocks/event-bus";
import { SecretParameter } from "./building-blocks/secret-parameter";
import { type QueueConsumerArgs, WorkQueue } from "./building-blocks/work-queue";
import { FulfilmentWorkflow } from "./fulfilment-workflow";
import type { OrderTable } from "./order-table";
import type { Platform } from "./platform";
import { watchFailedWork } from "./watch-failed-work";

/** A service outside, such as the one that takes payments. */
export interface ExternalService {
  /** Its URL, or `simulated`. */
  readonly url: string;
  /** Its API key; undefined when it is simulated. */
  readonly key: pulumi.Output<string> | undefined;
}

export interface FulfilmentArgs {
  readonly platform: Platform;
  readonly table: OrderTable;
  readonly bus: EventBus;
  readonly payment: ExternalService;
  readonly shipping: ExternalService;
}

/** Seconds that fulfil-order may take; longer than the workflow it waits for. */
const timeout = 60;

/** Executions of the workflow at the same time, where no concurrency is reserved: what the payment service has to bear. */
const executionsAtOnce = 50;

/** From a placed order on the bus to its end: queue, consumer, workflow, and the functions that call the services. */
export class Fulfilment extends pulumi.ComponentResource {
  readonly queue: WorkQueue;
  readonly workflow: FulfilmentWorkflow;
  readonly widgets: readonly DashboardWidget[];

  constructor(name: string, args: FulfilmentArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:Fulfilment", name, {}, options);
    const child = { parent: this };
    const { platform, table, bus } = args;
    const executions = platform.concurrency ?? executionsAtOnce;
    const calling = { ...platform, reservedConcurrency: platform.concurrency };

    const placed = bus.rule(`${name}-placed`, {
      description: "Placed orders, to be fulfilled",
      pattern: { source: [orderEventSource], "detail-type": [orderEventTypes.PENDING] },
    });
    this.queue = new WorkQueue(
      `${name}-fulfilment`,
      {
        ...platform,
        deadLetterMeaning:
          "Orders could not be fulfilled in 5 tries and wait. Read the log of fulfil-order for the reason, fix it, then redrive the dead-letter queue; repeating is safe.",
      },
      child,
    );
    placed.to(this.queue);

    const paymentKey = secretParameter(`${name}-payment-key`, args.payment, platform, child);
    const payment = {
      ...calling,
      environment: {
        PAYMENT_URL: args.payment.url,
        ...(paymentKey === undefined ? {} : { PAYMENT_KEY_PARAMETER: paymentKey.name }),
      },
      grants: paymentKey === undefined ? [] : [paymentKey.grantRead()],
    };
    const takePayment = new CallbackFunction(
      `${name}-take-payment`,
      { callback: takePaymentHandler, ...payment },
      child,
    );
    const refundPayment = new CallbackFunction(
      `${name}-refund-payment`,
      { callback: refundPaymentHandler, ...payment },
      child,
    );

    const shippingKey = secretParameter(`${name}-shipping-key`, args.shipping, platform, child);
    const shipOrder = new CallbackFunction(
      `${name}-ship-order`,
      {
        ...calling,
        callback: shipOrderHandler,
        environment: {
          SHIPPING_URL: args.shipping.url,
          ...(shippingKey === undefined ? {} : { SHIPPING_KEY_PARAMETER: shippingKey.name }),
        },
        grants: shippingKey === undefined ? [] : [shippingKey.grantRead()],
      },
      child,
    );

    this.workflow = new FulfilmentWorkflow(
      `${name}-fulfilment-workflow`,
      { platform, table, takePayment, shipOrder, refundPayment },
      child,
    );
    const fulfilOrder = this.queue.consumedBy(
      `${name}-fulfil-order`,
      {
        ...platform,
        callback: fulfilOrderHandler,
        environment: { FULFILMENT_WORKFLOW_ARN: this.workflow.arn },
        grants: [this.workflow.grantStartSync()],
        timeout,
        ...inBatches(executions),
        reserved: platform.concurrency !== undefined,
      },
      child,
    );

    watchFailedWork(name, { platform, Step: "fulfil-order" }, child);
    const shown = [this.queue, this.workflow, fulfilOrder, takePayment, shipOrder, refundPayment];
    this.widgets = shown.flatMap(({ widgets }) => widgets);
    this.registerOutputs({});
  }
}

/**
 * How many messages fulfil-order takes at a time and how often it runs, so that there are no more executions than the functions
 * behind them may run: it starts one for each message of a batch. SQS hands out to two invocations at least.
 */
export const inBatches = (
  executions: number,
): Pick<QueueConsumerArgs<z.ZodObject>, "batchSize" | "maximumConcurrency"> => {
  const batchSize = Math.min(10, Math.floor(executions / 2));
  return { batchSize, maximumConcurrency: Math.floor(executions / batchSize) };
};

const secretParameter = (
  name: string,
  { key }: ExternalService,
  platform: Platform,
  options: pulumi.ComponentResourceOptions,
): SecretParameter | undefined =>
  key === undefined ? undefined : new SecretParameter(name, { ...platform, value: key }, options);
