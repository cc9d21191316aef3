import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrdersClient } from "../../cli/orders-client";
import { HostProcess } from "../../demo/host-process";
import { OrderHistory } from "../../demo/order-history";
import { AwsClients } from "./aws-clients";

/** A running host, and what its users have in hand. */
export interface StartedHost {
  readonly host: HostProcess;
  readonly orders: OrdersClient;
  readonly history: OrderHistory;
  readonly aws: AwsClients;
  /** Stops the host and removes its folder. */
  end(): Promise<void>;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "order-pipeline-host-"));

/** Starts the host in a process of its own on a folder, by default a new one. */
export async function startedHost(
  settings: Readonly<Record<string, string>> = {},
  folder: string = newFolder(),
): Promise<StartedHost> {
  const host = await HostProcess.start({ folder, settings, options: ["--no-warm"] });
  const history = new OrderHistory(host.awsEndpoint, host.output("orders_table"));
  await history.open();
  return {
    host,
    orders: new OrdersClient(host.api, host.token),
    history,
    aws: new AwsClients(host),
    end: async () => {
      await host.end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
