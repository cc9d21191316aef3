import { beginWork } from "../lambda/traced-work";
import type { OrderEvent } from "./order-event";
import type { OrderEventBus } from "./order-event-bus";

/** A bus whose events become children of the work that publishes them, `name`, each in the trace of its order. */
export const tracedBus = (bus: OrderEventBus, name: string): OrderEventBus => ({
  publish: async (events) => {
    const works = events.map((event) => ({ event, begun: beginWork(publishing(event, name)) }));
    const published = await bus.publish(works.map(({ event, begun }) => withHeader(event, begun.header)));
    // The events after the first one that was not accepted were not tried.
    for (const [index, { begun }] of works.slice(0, published.accepted + 1).entries()) {
      begun.end(index < published.accepted ? "done" : "failed");
    }
    return published;
  },
});

const publishing = ({ type, detail }: OrderEvent, name: string) => ({
  name,
  header: detail.trace.x_ray,
  annotations: { order_id: detail.order.order_id },
  attributes: {
    event_id: detail.event_id,
    event_type: type,
    "messaging.operation.type": "send",
    "messaging.operation.name": "PutEvents",
  },
});

const withHeader = (event: OrderEvent, x_ray: string | undefined): OrderEvent =>
  x_ray === undefined ? event : { ...event, detail: { ...event.detail, trace: { ...event.detail.trace, x_ray } } };
