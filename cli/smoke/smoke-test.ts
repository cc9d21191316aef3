import { randomBytes } from "node:crypto";
import type { Session } from "../session";
import { type CheckResult, Checks } from "./checks";
import { countedShipped, quietAlarms } from "./monitoring";
import { PartnerQueue } from "./partner-queue";
import { until } from "./until";
import { deleteFile, placeByApi, placeByFile, placeByTopic, type SmokeRun, shipped, testCustomer } from "./ways-in";

export interface SmokeOptions {
  /** One order by the API and its events, nothing else. */
  readonly canary?: boolean;
  /** How the test's orders are paid for. */
  readonly paymentMethod?: string;
  /** Seconds that all of it may take. */
  readonly timeout: number;
}

export interface SmokeReport {
  readonly passed: boolean;
  readonly run: string;
  readonly checks: readonly CheckResult[];
  /** What stays: orders cannot be deleted. */
  readonly left: { readonly customer_id: string; readonly order_ids: readonly string[] };
}

const events = ["OrderPlaced", "OrderPaid", "OrderShipped"];

const ways = [
  { way: "API", place: placeByApi },
  { way: "topic", place: placeByTopic },
  { way: "file", place: placeByFile },
] as const;

/** Places an order by each way in, follows each to its end, looks at what partners hear and operators see, and cleans up. */
export async function smokeTest(
  { target, orders, output }: Session,
  { canary = false, paymentMethod, timeout }: SmokeOptions,
): Promise<SmokeReport> {
  const since = new Date();
  const run = randomBytes(4).toString("hex");
  const deadline = Date.now() + timeout * 1000;
  const smoke: SmokeRun = { run, target, orders: await orders(), paymentMethod, deadline };
  const checks = new Checks(output);

  const partner = await checks.run("a partner subscribes to order events", async () => {
    const queue = await PartnerQueue.open(target, run);
    return { detail: `queue order-pipeline-smoke-${run}`, value: queue };
  });
  const placed = await Promise.all(
    (canary ? ways.slice(0, 1) : ways).map(({ way, place }) =>
      checks.run(`an order that comes by ${way} is shipped`, async () => {
        const orderId = await place(smoke);
        await shipped(smoke, orderId);
        return { detail: orderId, value: orderId };
      }),
    ),
  );
  const orderIds = placed.filter((id) => id !== undefined);
  if (partner !== undefined && orderIds.length > 0) {
    await checks.run("the partner receives placed, paid and shipped for each", async () => {
      for (const orderId of orderIds) await heard(partner, orderId, deadline);
      return { detail: `${orderIds.length * events.length} CloudEvents`, value: undefined };
    });
  }
  if (!canary) {
    await checks.run("the metrics count them", async () => {
      const counted = await countedShipped(smoke, orderIds.length, since);
      return { detail: `OrdersShipped: ${counted}`, value: undefined };
    });
    await checks.run("no alarm is on", async () => {
      const alarms = await quietAlarms(smoke);
      return { detail: `${alarms} alarms`, value: undefined };
    });
  }
  await checks.run("the test's resources are removed", async () => {
    await partner?.remove();
    if (!canary) await deleteFile(smoke);
    return { detail: "except the orders, which cannot be deleted", value: undefined };
  });
  const passed = checks.results.every((result) => result.passed);
  return { passed, run, checks: checks.results, left: { customer_id: testCustomer, order_ids: orderIds } };
}

const heard = async (partner: PartnerQueue, orderId: string, deadline: number): Promise<void> => {
  let types: readonly string[] = [];
  await until(
    deadline,
    () => `For the order ${orderId} the partner received ${types.join(", ") || "nothing"}, not ${events.join(", ")}.`,
    async () => {
      types = await partner.typesOf(orderId);
      return events.every((type) => types.includes(type)) ? types : undefined;
    },
  );
};
