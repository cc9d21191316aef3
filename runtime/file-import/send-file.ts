import type { Inbox } from "../inbox/inbox";
import { fileImportSource, type OrderCreated, orderCreated } from "../inbox/order-created";
import { fileOrders } from "./file-orders";
import { fileRows } from "./file-rows";
import type { ImportProgress } from "./import-progress";
import type { OrderFile } from "./order-files";
import type { ScannedFile } from "./scan-file";

export interface SendFilePorts {
  readonly inbox: Inbox;
  readonly progress: ImportProgress;
  /** Milliseconds until the process is ended from outside. */
  readonly timeLeft: () => number;
}

/** Orders sent at the same time, and orders after which the progress is written down. */
const chunkSize = 200;
const progressEvery = 1_000;

/** Milliseconds to leave for the end of the work. */
const reserve = 15_000;

/** Sends the good orders of a checked file to the inbox, from where the last try ended. */
export const sendFile = async (
  { inbox, progress, timeLeft }: SendFilePorts,
  file: OrderFile,
  { lastRows, sha256, encoding }: ScannedFile,
  importId: string,
): Promise<"sent" | "paused"> => {
  // Uploads that share an import-id may differ in content.
  const progressId = `${importId}-${sha256.slice(0, 16)}`;
  const before = await progress.load(progressId);
  // A finished import is sent again in full: what is placed already is known by its key.
  const skipped = before === undefined || before.finished ? 0 : before.sent;
  const { rows } = await fileRows(file.read(), encoding);
  let chunk: OrderCreated[] = [];
  let [seen, saved] = [0, skipped];
  for await (const order of fileOrders(rows, lastRows)) {
    if (order.kind !== "order") continue;
    seen += 1;
    if (seen <= skipped) continue;
    chunk.push(orderCreated(`${importId}:${order.key}`, fileImportSource, order.request));
    if (chunk.length < chunkSize) continue;
    await inbox.send(chunk);
    chunk = [];
    const paused = timeLeft() < reserve;
    if (paused || seen - saved >= progressEvery) {
      await progress.save(progressId, { sent: seen, finished: false });
      saved = seen;
    }
    if (paused) return "paused";
  }
  await inbox.send(chunk);
  await progress.save(progressId, { sent: seen, finished: true });
  return "sent";
};
