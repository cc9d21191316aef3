import type { Channel } from "../orders/order-metrics";
import { readJson } from "../values/json";
import { fileImportSource } from "./order-created";
import type { OrderMessage } from "./order-message";

/**
 * How an order came to the inbox. What is published to the topic has the envelope of SNS around it, so that nobody there
 * can pass for a file; what some other service sends to the queue itself counts as the topic's.
 */
export const channelOf = ({ body }: Pick<OrderMessage, "body">): Channel => {
  const json = readJson(body);
  return typeof json === "object" && json !== null && "source" in json && json.source === fileImportSource
    ? "file"
    : "topic";
};
