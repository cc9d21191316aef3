import { crc32 } from "node:zlib";
import { orderTooLarge, readOrderText } from "../orders/order-text";
import { readJson } from "../values/json";
import { type CsvRow, csvOrder } from "./csv-order";
import type { FileOrder, RejectedOrder } from "./file-order";
import { FileRefused } from "./file-refused";
import type { FileRow } from "./file-row";
import { type RejectedRow, shownValue, valueAt } from "./rejected-row";

/** Characters of rows that may wait for the other rows of their orders: the memory that a file takes is bounded. */
const maxWaiting = 8 * 1024 * 1024;

/** Where each order_ref was last seen in a file; two references that fall together only make a row wait longer. */
export class LastRows {
  private readonly rows = new Map<number, number>();

  see(row: FileRow): void {
    if (row.kind === "cells" && row.cells.order_ref !== undefined) this.rows.set(hash(row.cells.order_ref), row.row);
  }

  isLast(ref: string, row: number): boolean {
    return (this.rows.get(hash(ref)) ?? row) <= row;
  }
}

/** 31 bits, which a Map keeps without a box. */
const hash = (ref: string): number => crc32(ref) >>> 1;

/** The orders of a file, always the same ones in the same order for the same rows. */
export async function* fileOrders(
  rows: AsyncIterable<FileRow>,
  lastRows: LastRows,
): AsyncGenerator<FileOrder | RejectedOrder> {
  const waiting = new Map<string, CsvRow[]>();
  let characters = 0;
  for await (const row of rows) {
    if (row.kind !== "cells") {
      yield orderOf(row);
      continue;
    }
    const ref = row.cells.order_ref;
    if (ref === undefined) {
      yield csvOrder([row], undefined);
      continue;
    }
    const group = waiting.get(ref) ?? [];
    group.push(row);
    characters += lengthOf(row);
    if (lastRows.isLast(ref, row.row)) {
      waiting.delete(ref);
      for (const each of group) characters -= lengthOf(each);
      yield csvOrder(group, ref);
    } else {
      waiting.set(ref, group);
      // Cells are slices of what was read; a copy does not keep the rest of it.
      group.splice(-1, 1, { row: row.row, cells: JSON.parse(JSON.stringify(row.cells)) });
      if (characters > maxWaiting) throw tooScattered(row.row);
    }
  }
  for (const [ref, group] of waiting) yield csvOrder(group, ref);
}

const lengthOf = ({ cells }: CsvRow): number => JSON.stringify(cells).length;

const tooScattered = (row: number): FileRefused =>
  new FileRefused(
    "scattered_order",
    `In row ${row} too many rows wait for the rest of their orders. Sort the file by order_ref.`,
  );

const orderOf = (row: Exclude<FileRow, { kind: "cells" }>): FileOrder | RejectedOrder => {
  if (row.kind === "surplus") {
    const reason = `the row has more cells than the header's ${row.columns}`;
    return rejectedAs([{ row: row.row, error: "invalid_request", field: "", value: shownValue(row.value), reason }]);
  }
  if (row.kind === "broken") {
    const { field, value, reason } = row;
    return rejectedAs([{ row: row.row, error: "invalid_request", field, value: shownValue(value), reason }]);
  }
  const read = row.kind === "too-large" ? orderTooLarge(row.bytes) : readOrderText(row.text);
  if (read.kind === "read") return { kind: "order", key: `row-${row.row}`, rows: 1, request: read.request };
  const text = row.kind === "json" ? row.text : "";
  const whole = { row: row.row, error: read.error, field: "", value: shownValue(text), reason: read.detail };
  if (read.errors.length === 0) return rejectedAs([whole]);
  const json = readJson(text);
  return rejectedAs(
    read.errors.map((error) => ({
      ...whole,
      field: error.pointer,
      value: shownValue(json === undefined ? text : valueAt(json, error)),
      reason: error.detail,
    })),
  );
};

const rejectedAs = (errors: readonly RejectedRow[]): RejectedOrder => ({ kind: "rejected", rows: 1, errors });
