import { type Settings, SettingsError } from "../settings";
import { filesAtOnce } from "./file-intake";
import { inBatches } from "./fulfilment";
import { messagesAtOnce } from "./notifications";
import { batchesAtOnce } from "./topic-intake";

/** Concurrent executions that Lambda keeps for functions without a reservation: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const unreserved = 100;

/** Concurrent executions that each function reserves (docs/decisions/0031), by its name without the prefix `orders-`. */
export const reservations = (
  each: number,
  { slackWebhookUrl }: Pick<Settings, "slackWebhookUrl">,
): Readonly<Record<string, number>> => ({
  "place-order": each,
  "relay-order-events": each,
  "take-payment": each,
  "ship-order": each,
  "refund-payment": each,
  "fulfil-order": inBatches(each).maximumConcurrency,
  "import-orders": batchesAtOnce,
  "import-file": filesAtOnce,
  "transform-order-event": each,
  ...(slackWebhookUrl === undefined ? {} : { notify: messagesAtOnce }),
});

const sumOf = (reserved: Readonly<Record<string, number>>): number =>
  Object.values(reserved).reduce((sum, each) => sum + each, 0);

/**
 * Refuses, before anything is created, what Lambda would refuse in the middle of a deployment.
 * @throws SettingsError when the functions would reserve more than the account has to reserve
 */
export function assertReservationsFit(
  settings: Pick<Settings, "reservedConcurrency" | "accountConcurrency" | "slackWebhookUrl">,
): void {
  const { reservedConcurrency: each, accountConcurrency } = settings;
  if (each === undefined) return;
  const reserved = reservations(each, settings);
  const most = Math.max(0, accountConcurrency - unreserved);
  if (sumOf(reserved) <= most) return;
  let fitting = each;
  while (fitting > 1 && sumOf(reservations(fitting, settings)) > most) fitting -= 1;
  const functions = Object.entries(reserved).map(([name, count]) => `${name} ${count}`);
  throw new SettingsError(
    `reservedConcurrency is ${each}: with it the functions reserve ${sumOf(reserved)} concurrent executions (${functions.join(", ")}), ` +
      `and the account has ${most} to reserve: accountConcurrency ${accountConcurrency} less the ${unreserved} that Lambda keeps unreserved. ` +
      (fitting > 1 ? `Set reservedConcurrency to ${fitting} or less, ` : "Leave reservedConcurrency out, ") +
      'or have AWS raise the quota "Concurrent executions" of Lambda and set accountConcurrency to it.',
  );
}
