import { fileOrders } from "./file-orders";
import { fileRows } from "./file-rows";
import { maxShownErrors } from "./import-report";
import type { OrderFile, TextWriter } from "./order-files";
import { type RejectedRow, rejectedRowsHeader, rejectedRowsLine } from "./rejected-row";
import type { ScannedFile } from "./scan-file";

export interface CheckedFile {
  readonly orders: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly shown: readonly RejectedRow[];
}

/** Validates every order of a scanned file and writes down the rejected rows. */
export const checkFile = async (
  file: OrderFile,
  { lastRows, encoding }: ScannedFile,
  rejectedRows: () => TextWriter,
): Promise<CheckedFile> => {
  const { rows } = await fileRows(file.read(), encoding);
  const shown: RejectedRow[] = [];
  let [orders, accepted, rejected] = [0, 0, 0];
  let writer: TextWriter | undefined;
  try {
    for await (const order of fileOrders(rows, lastRows)) {
      if (order.kind === "order") {
        orders += 1;
        accepted += order.rows;
        continue;
      }
      rejected += order.rows;
      shown.push(...order.errors.slice(0, maxShownErrors - shown.length));
      if (writer === undefined) {
        writer = rejectedRows();
        await writer.write(rejectedRowsHeader);
      }
      await writer.write(order.errors.map(rejectedRowsLine).join(""));
    }
    await writer?.close();
  } catch (error) {
    await writer?.abandon();
    throw error;
  }
  return { orders, accepted, rejected, shown };
};
