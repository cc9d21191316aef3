import type { BusEvent } from "../orders/bus-event";
import type { OrderEventTopic } from "./order-event-topic";
import { type PartnerEvent, partnerEventOf } from "./partner-event";

export interface TransformOrderEventPorts {
  readonly topic: OrderEventTopic;
  /** URL of the API's orders: the `source` of every event. */
  readonly source: string;
}

/** Publishes an event to partners in their format. Safe to repeat: the event keeps its id. */
export const transformOrderEvent =
  ({ topic, source }: TransformOrderEventPorts) =>
  async (busEvent: BusEvent): Promise<PartnerEvent> => {
    const event = partnerEventOf(busEvent, source);
    await topic.publish(event);
    return event;
  };
