import { type OrdersRun, runOrders } from "../cli/run-orders";
import type { OperatedHost } from "../support/operated-host";
import type { Drill } from "./drills";

export interface DrillResult {
  /** Of the host's clock, from the cause to the first alarm. */
  readonly secondsUntilAlarm: number | undefined;
  /** From the end of the cause to the last order that is shipped, of the machine's clock; the command is in it. */
  readonly secondsUntilHealed: number;
  /** Statuses that each order has gone through. */
  readonly histories: readonly (readonly string[])[];
}

/** Seconds after which a message of the longest visibility timeout is received again. */
const nextReceive = 361;

export const onHost = async (host: OperatedHost, args: readonly string[]): Promise<OrdersRun> => {
  const run = await runOrders(["--data-dir", host.started.host.folder, ...args]);
  if (run.code !== 0) throw new Error(`orders ${args.join(" ")} ended with ${run.code}: ${run.stdout}${run.stderr}`);
  return run;
};

const isOn = async (host: OperatedHost, alarm: string): Promise<boolean> => {
  const states = await host.alarms();
  if (states[alarm] === undefined) throw new Error(`There is no alarm ${alarm}.`);
  return states[alarm] === "ALARM";
};

const historiesOf = (host: OperatedHost, ids: readonly string[], patience: number) =>
  Promise.all(
    ids.map(async (id) => (await host.started.history.ofOrder(id, patience)).map(({ status }) => String(status))),
  );

/** Waits for the end of orders; what is to be tried again later is tried at once when nothing moves any more. */
const ended = async (host: OperatedHost, ids: readonly string[]): Promise<DrillResult["histories"]> => {
  for (let round = 0; ; round += 1) {
    const histories = await historiesOf(host, ids, 2_500);
    if (round === 6 || histories.every((history) => history.at(-1) === "SHIPPED")) return histories;
    await host.putForward(nextReceive);
  }
};

/** Brings it about, waits for the alarm, lets it come to the worst, ends the cause, and runs what heals. */
export const runDrill = async (host: OperatedHost, drill: Drill): Promise<DrillResult> => {
  await host.beginPeriod();
  const begun = new Date();
  const beginning = await host.clock();
  const broken = await drill.begin(host);
  const { alarm } = drill;
  if (alarm !== undefined) await host.until(`${alarm} is on`, () => isOn(host, alarm));
  const secondsUntilAlarm = alarm === undefined ? undefined : (await host.clock()) - beginning;
  await broken.worst?.();
  await broken.mend();
  const mended = Date.now();
  for (const command of drill.heal(host, begun)) await onHost(host, command);
  const histories = await ended(host, await broken.orders());
  return { secondsUntilAlarm, secondsUntilHealed: (Date.now() - mended) / 1_000, histories };
};
