import { messageAttributes, type TracedWork } from "../lambda/traced-work";
import type { OrderEventDetail } from "./order-event";

/** A function's work on an event from a queue, as a part of the order's trace. */
export const orderWork = (
  name: string,
  { event_id, order, trace }: Pick<OrderEventDetail, "event_id" | "order" | "trace">,
  messageId: string,
): TracedWork => ({
  name,
  header: trace.x_ray,
  annotations: { order_id: order.order_id },
  attributes: { event_id, ...messageAttributes("process", messageId) },
});
