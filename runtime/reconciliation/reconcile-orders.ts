import type { Order } from "../orders/order";
import type { OrderEventBus } from "../orders/order-event-bus";
import type { OrderId } from "../orders/order-id";
import type { Orders } from "../orders/orders";
import { isTerminal } from "../orders/transitions";
import type { Clock } from "../values/clock";
import { eventsAgain } from "./events-again";
import type { OpenOrderGauges } from "./open-order-gauges";
import type { OpenOrder, OpenOrders } from "./open-orders";

export interface ReconcileOrdersPorts {
  readonly openOrders: OpenOrders;
  readonly orders: Pick<Orders, "findAll">;
  readonly bus: OrderEventBus;
  readonly gauges: OpenOrderGauges;
  readonly clock: Clock;
}

export interface ReconcileOrders {
  /** Minutes for which an order may be open. */
  readonly limitMinutes: number;
  /** Minutes between two runs. */
  readonly everyMinutes: number;
}

export interface ReconciledOrders {
  /** Orders beyond the limit. */
  readonly found: number;
  /** Ids of the events that the bus has accepted. */
  readonly event_ids: readonly string[];
  /** Orders that were restarted often enough and need a person's attention, oldest first. */
  readonly left: readonly OrderId[];
  /** Why the bus did not accept the rest, in its words. The next run publishes them. */
  readonly failure?: string | undefined;
}

/**
 * Runs that restart an order before it needs a person's attention. They are not counted, but follow from its age: runs
 * are a few minutes apart. So restarting an order needs no write, and works for one that cannot be written, too.
 */
export const maxTries = 3;

/** Orders that are read and published at a time: what one BatchGetItem takes. */
const atOnce = 100;

/** Restarts orders that have been open for too long, and measures how many there are. */
export const reconcileOrders =
  ({ openOrders, orders, bus, gauges, clock }: ReconcileOrdersPorts) =>
  async ({ limitMinutes, everyMinutes }: ReconcileOrders): Promise<ReconciledOrders> => {
    const now = clock.now();
    const found = (await openOrders.placedBefore(minutesBefore(now, limitMinutes))).toSorted(byAge);
    const giveUp = minutesBefore(now, limitMinutes + maxTries * everyMinutes).toISOString();
    const left = found.filter(({ created_at }) => created_at < giveUp).map(({ order_id }) => order_id);

    const [measured, restarted] = await Promise.allSettled([
      gauges.publish({
        OpenOrdersBeyondLimit: found.length,
        OldestOpenOrderAge: ageInSeconds(found[0], now),
        OpenOrdersLeft: left.length,
      }),
      restart(found.slice(left.length)),
    ]);
    // Neither keeps the other from being done.
    if (restarted.status === "rejected") throw restarted.reason;
    if (measured.status === "rejected") throw measured.reason;
    return { found: found.length, left, ...restarted.value };

    async function restart(late: readonly OpenOrder[]): Promise<Pick<ReconciledOrders, "event_ids" | "failure">> {
      const event_ids: string[] = [];
      for (let at = 0; at < late.length; at += atOnce) {
        const ids = late.slice(at, at + atOnce).map(({ order_id }) => order_id);
        const events = eventsAgain((await orders.findAll(ids)).filter(isOpen));
        const { accepted, failure } = await bus.publish(events);
        event_ids.push(...events.slice(0, accepted).map(({ detail }) => detail.event_id));
        if (accepted < events.length) return { event_ids, failure: failure ?? "not accepted" };
      }
      return { event_ids };
    }
  };

/** The index is a moment behind the table: an order may have ended meanwhile. */
const isOpen = ({ status }: Order): boolean => !isTerminal(status);

const byAge = (one: OpenOrder, other: OpenOrder): number => one.created_at.localeCompare(other.created_at);

const minutesBefore = (moment: Date, minutes: number): Date => new Date(moment.getTime() - minutes * 60_000);

const ageInSeconds = (oldest: OpenOrder | undefined, now: Date): number =>
  oldest === undefined ? 0 : Math.floor((now.getTime() - Date.parse(oldest.created_at)) / 1_000);
