import type { PartnerEvent } from "./partner-event";

export interface OrderEventTopic {
  /** Resolves once the topic has accepted the event. */
  publish(event: PartnerEvent): Promise<void>;
}
