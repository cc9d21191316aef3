import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** Payment, shipping and Slack, on a free port of this machine: they take whatever they are asked, but for what is told. */
export class OutsideServices {
  readonly url: string;
  /** Bodies of what was posted to Slack. */
  readonly slack: string[] = [];
  private readonly counts = new Map<string, number>();
  private readonly arrivals = new Map<string, number>();
  private readonly refusals = new Map<string, { readonly status: number; readonly once: boolean }>();
  /** Paths whose requests wait for their answer, with what ends the wait. */
  private readonly held = new Map<string, PromiseWithResolvers<void>>();
  private readonly close: () => Promise<void>;

  private constructor(port: number, close: () => Promise<void>) {
    this.url = `http://127.0.0.1:${port}`;
    this.close = close;
  }

  static async start(): Promise<OutsideServices> {
    let services: OutsideServices | undefined;
    const server = createServer((request, response) => {
      json(request).then(
        async (body) => {
          services?.arrived(request.url ?? "");
          await services?.held.get(request.url ?? "")?.promise;
          const status = services?.answer(request.url ?? "", JSON.stringify(body)) ?? 500;
          response.writeHead(status, { "content-type": "application/json" });
          response.end(
            JSON.stringify({
              payment_reference: "payment",
              refund_reference: "refund",
              shipment_reference: "shipment",
            }),
          );
        },
        () => response.destroy(),
      );
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    // A TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    services = new OutsideServices(port, async () => {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    });
    return services;
  }

  /** The settings of a host that uses these services. */
  get settings(): Readonly<Record<string, string>> {
    return {
      paymentUrl: this.url,
      paymentKey: "payment-key",
      shippingUrl: this.url,
      shippingKey: "shipping-key",
      slackWebhookUrl: `${this.url}/slack`,
    };
  }

  /** The next request to a path is answered with this status. */
  refuseOnce(path: string, status: number): void {
    this.refusals.set(path, { status, once: true });
  }

  /** Requests to a path are answered with this status until `accept` is called for it. */
  refuse(path: string, status: number): void {
    this.refusals.set(path, { status, once: false });
  }

  accept(path: string): void {
    this.refusals.delete(path);
  }

  /** Leaves requests to a path without an answer until `release` is called for it. */
  hold(path: string): void {
    this.held.set(path, Promise.withResolvers());
  }

  release(path: string): void {
    this.held.get(path)?.resolve();
    this.held.delete(path);
  }

  /** Whether the next request to a path will be refused. */
  refuses(path: string): boolean {
    return this.refusals.has(path);
  }

  /** How often a path was asked. */
  asked(path: string): number {
    return this.counts.get(path) ?? 0;
  }

  /** How often a request to a path has come, answered or not. */
  came(path: string): number {
    return this.arrivals.get(path) ?? 0;
  }

  stop(): Promise<void> {
    return this.close();
  }

  private arrived(path: string): void {
    this.arrivals.set(path, this.came(path) + 1);
  }

  private answer(path: string, body: string): number {
    this.counts.set(path, this.asked(path) + 1);
    const refusal = this.refusals.get(path);
    if (refusal?.once === true) this.refusals.delete(path);
    if (refusal !== undefined) return refusal.status;
    if (path === "/slack") this.slack.push(body);
    return path === "/shipments" && body.includes("Discontinued") ? 422 : 200;
  }
}
