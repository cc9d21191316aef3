import type { StartedHost } from "../support/started-host";

/** Orders that are there already when the command line is run, and what became of them. */
export class PlacedOrders {
  private readonly started: StartedHost;

  constructor(started: StartedHost) {
    this.started = started;
  }

  /** Places an order of one pen; gives its id. */
  async place(customer: string): Promise<string> {
    const { status, body } = await this.started.orders.place({ customer_id: customer, item: "Pen", quantity: 1 });
    if (status !== 201) throw new Error(`The API answered ${status}: ${JSON.stringify(body)}`);
    return String(body["order_id"]);
  }

  /** Places an order and waits until it is SHIPPED; gives it as the API does. */
  async shipped(customer: string): Promise<Readonly<Record<string, unknown>>> {
    const id = await this.place(customer);
    const last = (await this.started.history.ofOrder(id)).at(-1);
    if (last?.status !== "SHIPPED") throw new Error(`The order ${id} is ${last?.status}.`);
    return this.stored(id);
  }

  /** The order as the API gives it. */
  async stored(id: unknown): Promise<Readonly<Record<string, unknown>>> {
    return (await this.started.orders.get(String(id))).body;
  }
}
