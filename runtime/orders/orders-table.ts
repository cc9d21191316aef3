/** Names the orders table is declared and read with. Key: `order_id`. */
export const ordersTable = {
  /** By `customer_id`, then `created_at`; keys only. */
  byCustomerIndex: "by-customer",
  /** By `open_shard`, then `created_at`; only orders that are not terminal. */
  openOrdersIndex: "open-orders",
} as const;
