import type { OrderEvent } from "../orders/order-event";
import type { PlainMetricName } from "../orders/order-metrics";
import { isTerminal } from "../orders/transitions";

type SettledMetrics = Readonly<Partial<Record<PlainMetricName, number | readonly number[]>>>;

/**
 * What the end of orders adds to the metrics; undefined when none has ended.
 *
 * The stream has each change of an order once and in order, and a change counts when the bus has accepted its event: what
 * the bus did not accept is retried, and counts then. A batch is counted twice only when the function dies between that
 * and its answer; a change is not counted when its record is dead-lettered.
 */
export const settledOrders = (events: readonly OrderEvent[]): SettledMetrics | undefined => {
  const settled = events.map(({ detail }) => detail.order).filter(({ status }) => isTerminal(status));
  if (settled.length === 0) return undefined;
  const withStatus = (wanted: string) => settled.filter(({ status }) => status === wanted);
  const [shipped, rejected, cancelled] = [withStatus("SHIPPED"), withStatus("REJECTED"), withStatus("CANCELLED")];
  return {
    OrdersProcessed: settled.length,
    ...(shipped.length > 0 && {
      OrdersShipped: shipped.length,
      TimeToShip: shipped.map(({ created_at, updated_at }) => secondsBetween(created_at, updated_at)),
    }),
    ...(rejected.length > 0 && { OrdersRejected: rejected.length }),
    ...(cancelled.length > 0 && { OrdersCancelled: cancelled.length }),
  };
};

/** At least 0: the two times are by different clocks, a function's and Step Functions'. */
const secondsBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000;
