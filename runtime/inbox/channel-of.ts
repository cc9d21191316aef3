import type { Channel } from "../orders/order-metrics";
import { readJson } from "../values/json";
import { fileImportSource } from "./order-created";
import type { OrderMessage } from "./order-message";

/**
 * How an order came to the inbox. What is published to the topic is inside SNS's envelope, so a publisher cannot
 * impersonate a file; what another service sends to the queue directly counts as the topic's.
 */
export const channelOf = ({ body }: Pick<OrderMessage, "body">): Channel => {
  const json = readJson(body);
  return typeof json === "object" && json !== null && "source" in json && json.source === fileImportSource
    ? "file"
    : "topic";
};
