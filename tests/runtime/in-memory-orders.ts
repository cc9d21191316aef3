import type { Order } from "../../runtime/orders/order";
import type { OrderId } from "../../runtime/orders/order-id";
import type { Orders } from "../../runtime/orders/orders";
import { canChange, changeWithoutEffect } from "../../runtime/orders/transitions";

export interface InMemoryOrders extends Orders {
  readonly stored: ReadonlyMap<OrderId, Order>;
}

/** The orders table without a table; `onWrite` sees every write as the table's stream would. */
export const inMemoryOrders = (
  initial: readonly Order[] = [],
  onWrite: (before: Order | undefined, after: Order) => void = () => undefined,
): InMemoryOrders => {
  const stored = new Map(initial.map((order) => [order.order_id, order]));
  const write = (after: Order) => {
    const before = stored.get(after.order_id);
    stored.set(after.order_id, after);
    onWrite(before, after);
  };

  return {
    stored,
    insert: async (order) => {
      const existing = stored.get(order.order_id);
      if (existing === undefined) write(order);
      return existing;
    },
    find: async (orderId) => stored.get(orderId),
    findAll: async (orderIds) => orderIds.flatMap((orderId) => stored.get(orderId) ?? []),
    page: async ({ customer_id, limit, after }) => {
      const position = (order: { created_at: string; order_id: string }) => `${order.created_at} ${order.order_id}`;
      const rest = [...stored.values()]
        .filter((order) => order.customer_id === customer_id)
        .sort((one, other) => (position(one) < position(other) ? 1 : -1))
        .filter((order) => after === undefined || position(order) < position(after));
      const orders = rest.slice(0, limit);
      const last = orders.at(-1);
      return {
        orders,
        next: last && rest.length > limit ? { created_at: last.created_at, order_id: last.order_id } : undefined,
      };
    },
    change: async (orderId, change, at) => {
      const order = stored.get(orderId);
      if (order === undefined) throw new Error(`no order ${orderId}`);
      const { to, ...known } = change;
      if (!canChange(order.status, to)) return changeWithoutEffect(order, to);
      const changed = { ...order, ...known, status: to, version: order.version + 1, updated_at: at.toISOString() };
      write(changed);
      return { kind: "changed", order: changed };
    },
  };
};
