import type { Inbox } from "../inbox/inbox";
import { orderCreated } from "../inbox/order-created";
import { keyedOrderId, type OrderId } from "../orders/order-id";
import type { OrderRequest } from "../orders/order-request";

export interface PublishOrdersPorts {
  readonly topic: Inbox;
}

export interface PublishOrders {
  readonly count: number;
  /** The ids of the events begin with it: the same again publishes the same orders. */
  readonly run: string;
  readonly request: OrderRequest;
}

export interface PublishedOrder {
  readonly event_id: string;
  /** The order's id, once it has been placed. */
  readonly order_id: OrderId;
}

/** Publishes orders as another system would, and tells by which ids they will be found. */
export const publishOrders =
  ({ topic }: PublishOrdersPorts) =>
  async ({ count, run, request }: PublishOrders): Promise<readonly PublishedOrder[]> => {
    const events = Array.from({ length: count }, (_, index) =>
      orderCreated(`${run}:${index + 1}`, "publish-order", request),
    );
    await topic.send(events);
    return events.map(({ id }) => ({ event_id: id, order_id: keyedOrderId(request.customer_id, id) }));
  };
