import { createHash } from "node:crypto";
import { readOrder } from "../orders/order-text";
import { text } from "../values/text";
import type { FileOrder, RejectedOrder } from "./file-order";
import type { Cells, Column } from "./file-row";
import { type RejectedRow, shownValue } from "./rejected-row";

/** A row of a CSV file, as it waits for the others of its order. */
export interface CsvRow {
  readonly row: number;
  readonly cells: Cells;
}

const orderRef = text(100);

/** One order from its rows: one row without an order_ref, or all rows that have the same. */
export const csvOrder = (rows: readonly CsvRow[], ref: string | undefined): FileOrder | RejectedOrder => {
  const [first] = rows;
  const { customer_id, payment_method } = first?.cells ?? {};
  const differing = rows.flatMap((row) => [
    ...differs(row, "customer_id", customer_id),
    ...differs(row, "payment_method", payment_method),
  ]);
  const json = {
    ...(customer_id === undefined ? {} : { customer_id }),
    ...(payment_method === undefined ? {} : { payment_method }),
    items: rows.map(({ cells: { item, quantity } }) => ({
      ...(item === undefined ? {} : { item }),
      ...(quantity === undefined ? {} : { quantity: numberOr(quantity) }),
    })),
  };
  const read = readOrder(json);
  const wrong = read.kind === "read" ? [] : read.errors.map((error) => errorOf(error, rows));
  const badRef = ref !== undefined && !orderRef.safeParse(ref).success ? rows.flatMap((row) => badReference(row)) : [];
  const errors = [...wrong, ...differing, ...badRef];
  if (read.kind === "read" && errors.length === 0) {
    return {
      kind: "order",
      key: ref === undefined ? `row-${first?.row}` : keyOf(ref),
      rows: rows.length,
      request: read.request,
    };
  }
  const named = new Set(errors.map(({ row }) => row));
  const rest = rows.filter(({ row }) => !named.has(row)).map((row) => goesWith(row, errors[0]?.row));
  return {
    kind: "rejected",
    rows: rows.length,
    errors: [...errors, ...rest].sort((one, other) => one.row - other.row),
  };
};

/** A reference may hold what a key may not. */
const keyOf = (ref: string): string => `ref-${createHash("sha256").update(ref).digest("base64url").slice(0, 22)}`;

/**
 * Digits only, as many as a number keeps exactly; anything else stays text, and is refused as that. 1.000 and 1,000 are a
 * thousand in one country and one in another.
 */
const numberOr = (quantity: string): number | string => (/^-?\d{1,15}$/.test(quantity) ? Number(quantity) : quantity);

/** What people write for the sake of other people, or a spreadsheet made of a number. */
const formattedNumber = /^[+-]?[\d\u00a0\u202f ]*\d[.,'\u2019]\d[\d.,'\u2019\u00a0\u202f ]*(e[+-]?\d+)?$/i;

const rejected = ({ row, cells }: CsvRow, field: Column, reason: string): RejectedRow => ({
  row,
  error: "invalid_request",
  field,
  value: shownValue(cells[field] ?? ""),
  reason,
});

/** A blank cell on a following row means as above: exports of shops fill in only the first row of an order. */
const differs = (row: CsvRow, column: Column, value: string | undefined): readonly RejectedRow[] =>
  row.cells[column] === undefined || row.cells[column] === value
    ? []
    : [rejected(row, column, "differs from the first row of the same order_ref")];

const badReference = (row: CsvRow): readonly RejectedRow[] => [
  rejected(row, "order_ref", "must be text of 1 to 100 printable characters"),
];

const goesWith = (row: CsvRow, wrong: number | undefined): RejectedRow =>
  rejected(row, "order_ref", `belongs to the same order as row ${wrong}, which is wrong`);

/** `/items/2/quantity` is about the third row's quantity; what is about the order as a whole, about its first row. */
const errorOf = (
  { pointer, detail }: { readonly pointer: string; readonly detail: string },
  rows: readonly CsvRow[],
): RejectedRow => {
  const [, line, lineField] = /^\/items\/(\d+)\/(item|quantity)$/.exec(pointer) ?? [];
  const row = rows[Number(line ?? 0)] ?? { row: 0, cells: {} };
  const field = lineField ?? (pointer === "/items" ? "order_ref" : pointer.slice(1));
  // The fields of an order that are not lines have columns of the same name.
  const formatted = lineField === "quantity" && formattedNumber.test(row.cells.quantity ?? "");
  return rejected(row, field as Column, formatted ? `${detail}: write digits only, without separators` : detail);
};
