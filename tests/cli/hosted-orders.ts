import { type StartedHost, startedHost } from "../support/started-host";
import { type OrdersRun, type RunOptions, runOnTerminal, runOrders, type Shown } from "./run-orders";

/** The command line on a running host, and the orders there. */
export class HostedOrders {
  private running: StartedHost | undefined;

  get started(): StartedHost {
    if (this.running === undefined) throw new Error("The host is not started.");
    return this.running;
  }

  async start(): Promise<void> {
    this.running = await startedHost();
  }

  async end(): Promise<void> {
    await this.running?.end();
  }

  run(args: readonly string[], options?: RunOptions): Promise<OrdersRun> {
    return runOrders(this.onHost(args), options);
  }

  runOnTerminal(args: readonly string[]): Promise<Shown> {
    return runOnTerminal(this.onHost(args));
  }

  /** Places an order of one pen without the command line; gives its id. */
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

  private onHost(args: readonly string[]): readonly string[] {
    return ["--data-dir", this.started.host.folder, ...args];
  }
}
