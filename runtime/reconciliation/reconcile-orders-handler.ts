import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import * as z from "zod";
import { callLimits } from "../aws/call-limits";
import { dynamodbClient } from "../aws/dynamodb-client";
import { lambdaHandler } from "../lambda/lambda-handler";
import { log } from "../lambda/log";
import { dynamodbOrders } from "../orders/dynamodb-orders";
import { eventBridgeBus } from "../orders/event-bridge-bus";
import { metricsTarget, record } from "../orders/record-metrics";
import { tracedBus } from "../orders/traced-bus";
import { systemClock } from "../values/clock";
import { cloudwatchOpenOrderGauges } from "./cloudwatch-open-order-gauges";
import { dynamodbOpenOrders } from "./dynamodb-open-orders";
import { type ReconcileOrders, type ReconcileOrdersPorts, reconcileOrders } from "./reconcile-orders";

/** Ids in one line of the log; 100 take 4 KB. */
const idsInLine = 100;

/** Restarts orders that have been open for too long. Fails when not all of them could be restarted. */
export const reconcileOrdersWorker = (ports: ReconcileOrdersPorts, limits: ReconcileOrders) => {
  const reconcile = reconcileOrders({ ...ports, bus: tracedBus(ports.bus, "reconcile-orders") });
  return async () => {
    const { found, event_ids, left, failure } = await reconcile(limits);
    for (let at = 0; at < event_ids.length; at += idsInLine) {
      log.warn({ event_ids: event_ids.slice(at, at + idsInLine) }, "orders restarted");
    }
    if (event_ids.length > 0) record({ OrdersSetGoing: event_ids.length });
    if (left.length > 0) {
      log.error({ left: left.length, order_ids: left.slice(0, idsInLine) }, "orders need attention");
    }
    if (failure !== undefined) throw new Error(`the bus did not accept all events: ${failure}`);
    log.info({ found, events: event_ids.length, left: left.length }, "orders reconciled");
    return { found, events: event_ids.length, left: left.length };
  };
};

const minutes = z.string().regex(/^\d+$/).transform(Number);

export const reconcileOrdersHandler = lambdaHandler({
  environment: z.object({
    ORDERS_TABLE: z.string().min(1),
    EVENT_BUS_NAME: z.string().min(1),
    /** How long an order may be open. */
    LIMIT_MINUTES: minutes,
    /** Time between two runs. */
    EVERY_MINUTES: minutes,
  }),
  build: ({ ORDERS_TABLE, EVENT_BUS_NAME, LIMIT_MINUTES, EVERY_MINUTES }) => {
    const dynamodb = dynamodbClient();
    const cloudwatch = new CloudWatchClient({ requestHandler: callLimits });
    return reconcileOrdersWorker(
      {
        openOrders: dynamodbOpenOrders(dynamodb, ORDERS_TABLE),
        orders: dynamodbOrders(dynamodb, ORDERS_TABLE),
        bus: eventBridgeBus(new EventBridgeClient({ requestHandler: callLimits }), EVENT_BUS_NAME),
        gauges: cloudwatchOpenOrderGauges(cloudwatch, metricsTarget()),
        clock: systemClock,
      },
      { limitMinutes: LIMIT_MINUTES, everyMinutes: EVERY_MINUTES },
    );
  },
});
