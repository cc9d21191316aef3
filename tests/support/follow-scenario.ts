import type { OrdersClient } from "../../cli/orders-client";
import type { OrderHistory } from "../../demo/order-history";
import { type Scenario, summaryOf } from "../../demo/scenarios";

export interface Followed {
  readonly answers: readonly string[];
  /** The statuses the order went through. */
  readonly history: readonly string[];
  /** The ids in the answers, each once. */
  readonly orderIds: readonly string[];
}

/** Plays a scenario and waits for the end of the order that came of it, if one did. */
export async function followScenario(
  scenario: Scenario,
  orders: OrdersClient,
  history: OrderHistory,
): Promise<Followed> {
  const answers = await scenario.run(orders);
  const orderIds = [...new Set(answers.map(({ body }) => body["order_id"]))].filter((id) => typeof id === "string");
  const [id] = orderIds;
  const changes = id === undefined ? [] : await history.ofOrder(id);
  return { answers: answers.map(summaryOf), history: changes.map(({ status }) => status), orderIds };
}
