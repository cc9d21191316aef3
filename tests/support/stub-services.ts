import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import * as z from "zod";

const asked = z.looseObject({
  order_id: z.string(),
  payment_method: z.string().optional(),
  items: z.array(z.looseObject({ item: z.string() })).default([]),
});

type Asked = z.output<typeof asked>;

/** What the services did for one order. */
export interface Account {
  captures: number;
  refunds: number;
  shipments: number;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/**
 * A payment and a shipping service on a free port of this machine. Each does what it is asked once per Idempotency-Key
 * and repeats its answer. How a payment goes is in the payment method: `tok_declined` is refused; of `tok_slow` the money
 * is taken and the first answer never comes; `tok_broken` is answered with 400 until `fix()`; `tok_held` is taken, and
 * answered when `release()` is called. A `Discontinued` item is not shipped.
 */
export class StubServices {
  readonly url: string;
  /** Every payment request, in order, by order id. */
  readonly paymentsAsked: string[] = [];
  private readonly accounts = new Map<string, Account>();
  private readonly replies = new Map<string, Reply>();
  private readonly held = new Map<string, () => void>();
  private readonly close: () => Promise<void>;
  private fixed = false;

  private constructor(port: number, close: () => Promise<void>) {
    this.url = `http://127.0.0.1:${port}`;
    this.close = close;
  }

  static async start(): Promise<StubServices> {
    let services: StubServices | undefined;
    const server = createServer((request, response) => {
      json(request).then(
        (body) => services?.answer(request.url ?? "", String(request.headers["idempotency-key"]), body, response),
        () => response.destroy(),
      );
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    // A TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    services = new StubServices(port, async () => {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    });
    return services;
  }

  /** The settings of a host that uses these services. */
  get settings(): Readonly<Record<string, string>> {
    return { paymentUrl: this.url, paymentKey: "payment-key", shippingUrl: this.url, shippingKey: "shipping-key" };
  }

  ofOrder(orderId: string): Account {
    const account = this.accounts.get(orderId) ?? { captures: 0, refunds: 0, shipments: 0 };
    this.accounts.set(orderId, account);
    return account;
  }

  /** Whether a payment of this order has been taken and waits to be answered. */
  holds(orderId: string): boolean {
    return this.held.has(orderId);
  }

  release(orderId: string): void {
    this.held.get(orderId)?.();
  }

  fix(): void {
    this.fixed = true;
  }

  stop(): Promise<void> {
    return this.close();
  }

  private answer(path: string, key: string, body: unknown, response: ServerResponse): void {
    const order = asked.parse(body);
    if (path === "/payments") this.paymentsAsked.push(order.order_id);
    const earlier = this.replies.get(`${path} ${key}`);
    if (earlier !== undefined) {
      send(response, earlier);
      return;
    }
    const reply = this.perform(path, order);
    // What no order can cause is not the outcome of this one.
    if (reply.status !== 400) this.replies.set(`${path} ${key}`, reply);
    if (path === "/payments" && order.payment_method === "tok_slow") return;
    if (path === "/payments" && order.payment_method === "tok_held") {
      this.held.set(order.order_id, () => send(response, reply));
      return;
    }
    send(response, reply);
  }

  private perform(path: string, { order_id, payment_method, items }: Asked): Reply {
    const account = this.ofOrder(order_id);
    switch (path) {
      case "/payments":
        if (payment_method === "tok_declined") return { status: 402, body: {} };
        if (payment_method === "tok_broken" && !this.fixed) return { status: 400, body: {} };
        account.captures += 1;
        return { status: 201, body: { payment_reference: `payment-${order_id}` } };
      case "/refunds":
        // Nothing to give back is a success as well.
        if (account.captures > account.refunds) account.refunds += 1;
        return { status: 201, body: { refund_reference: `refund-${order_id}` } };
      case "/shipments":
        if (items.some(({ item }) => item === "Discontinued")) return { status: 422, body: {} };
        account.shipments += 1;
        return { status: 201, body: { shipment_reference: `shipment-${order_id}` } };
      default:
        return { status: 404, body: {} };
    }
  }
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
