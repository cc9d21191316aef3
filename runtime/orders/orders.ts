import type { CustomerId } from "./customer-id";
import type { Order } from "./order";
import type { OrderId } from "./order-id";
import type { PagePosition } from "./page-cursor";
import type { ChangedOrder, OrderChange } from "./transitions";

export interface PageRequest {
  readonly customer_id: CustomerId;
  readonly limit: number;
  readonly after?: PagePosition | undefined;
}

export interface OrderPage {
  /** Newest first. */
  readonly orders: readonly Order[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: PagePosition | undefined;
}

export interface Orders {
  /** One conditional write. Resolves to the order already stored under that id, if there is one; it stays as it is. */
  insert(order: Order): Promise<Order | undefined>;
  find(orderId: OrderId): Promise<Order | undefined>;
  /** Up to 100 orders, in the sequence of the ids, without those that do not exist. Eventually consistent. */
  findAll(orderIds: readonly OrderId[]): Promise<readonly Order[]>;
  page(request: PageRequest): Promise<OrderPage>;
  /** One conditional write along an allowed edge. Rejects when there is no such order. */
  change(orderId: OrderId, change: OrderChange, at: Date): Promise<ChangedOrder>;
}
