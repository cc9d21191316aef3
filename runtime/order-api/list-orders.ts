import type { OrderPage, Orders, PageRequest } from "../orders/orders";

export interface ListOrdersPorts {
  readonly orders: Pick<Orders, "page">;
}

/** Lambda answers with at most 6 MB; this leaves room for the escapes of JSON within JSON. */
const maxPageBytes = 3_000_000;

/** A customer's orders, newest first. A page of very large orders ends early rather than not at all. */
export const listOrders =
  ({ orders }: ListOrdersPorts) =>
  async (request: PageRequest): Promise<OrderPage> => {
    const page = await orders.page(request);
    let bytes = 0;
    const tooMany = page.orders.findIndex((order) => {
      bytes += Buffer.byteLength(JSON.stringify(order.items));
      return bytes > maxPageBytes;
    });
    const last = page.orders[tooMany - 1];
    return last === undefined ? page : { orders: page.orders.slice(0, tooMany), next: last };
  };
