import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import { fulfilOrderHandler } from "../runtime/fulfilment/fulfil-order-handler";
import { refundPaymentHandler } from "../runtime/fulfilment/refund-payment-handler";
import { shipOrderHandler } from "../runtime/fulfilment/ship-order-handler";
import { takePaymentHandler } from "../runtime/fulfilment/take-payment-handler";
import { orderEventSource, orderEventTypes } from "../runtime/orders/order-event";
import { orderMetrics } from "../runtime/orders/order-metrics";
import { CallbackFunction } from "./building-blocks/callback-function";
import { asOneStep, type DashboardWidget } from "./building-blocks/dashboard";
import type { EventBus } from "./building-blocks/event-bus";
import { SecretParameter } from "./building-blocks/secret-parameter";
import { type QueueConsumerArgs, WorkQueue } from "./building-blocks/work-queue";
import { FulfilmentWorkflow } from "./fulfilment-workflow";
import { drawn, type OrderMetric, orderMetric } from "./order-metric";
import type { OrderTable } from "./order-table";
import type { Platform } from "./platform";
import { watchFailedWork } from "./watch-failed-work";

/** An external service, such as the one that takes payments. */
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

/** Concurrent executions of the workflow where no concurrency is reserved: a limit for the load on the payment service. */
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
          "Orders could not be fulfilled in 5 attempts. Read the log of fulfil-order for the reason, fix it, then redrive the dead-letter queue; it is safe to repeat.",
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

    const failedWork = watchFailedWork(name, { platform, Step: "fulfil-order" }, child);
    this.widgets = [
      ...asOneStep(`${name}-fulfilment`, [this.queue, fulfilOrder, failedWork]),
      ...this.workflow.widgets,
      ...asOneStep("Functions of the workflow", [takePayment, shipOrder, refundPayment]),
      callsOf(platform),
    ];
    this.registerOutputs({});
  }
}

/**
 * The batch size and concurrency of fulfil-order with which there are no more executions than the functions behind them may
 * run: it starts one for each message of a batch. A mapping's maximum concurrency is at least 2.
 */
export const inBatches = (
  executions: number,
): Pick<QueueConsumerArgs<z.ZodObject>, "batchSize" | "maximumConcurrency"> => {
  const batchSize = Math.min(10, Math.floor(executions / 2));
  return { batchSize, maximumConcurrency: Math.floor(executions / batchSize) };
};

/** How long the services take, by outcome: a service that is down shows up as `failed`. */
const callsOf = (platform: Platform): DashboardWidget => {
  const slowest = (what: string, metric: OrderMetric) => drawn(metric, "p99", { label: what });
  const { by: payment } = orderMetrics.PaymentLatency;
  const { by: refund } = orderMetrics.RefundLatency;
  const { by: shipping } = orderMetrics.ShippingLatency;
  return {
    section: "flow",
    title: "Services, milliseconds p99",
    metrics: [
      ...payment.Outcome.map((Outcome) =>
        slowest(`payment ${Outcome}`, orderMetric(platform, "PaymentLatency", { Outcome })),
      ),
      ...refund.Outcome.map((Outcome) =>
        slowest(`refund ${Outcome}`, orderMetric(platform, "RefundLatency", { Outcome })),
      ),
      ...shipping.Outcome.map((Outcome) =>
        slowest(`shipping ${Outcome}`, orderMetric(platform, "ShippingLatency", { Outcome })),
      ),
    ],
  };
};

const secretParameter = (
  name: string,
  { key }: ExternalService,
  platform: Platform,
  options: pulumi.ComponentResourceOptions,
): SecretParameter | undefined =>
  key === undefined ? undefined : new SecretParameter(name, { ...platform, value: key }, options);
