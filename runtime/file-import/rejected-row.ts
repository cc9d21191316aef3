import type { RejectionCode } from "../orders/rejection";
import type { FieldError } from "../values/field-errors";

/** One thing wrong with one row of a file. */
export interface RejectedRow {
  /** The row's number as an editor or a spreadsheet shows it. */
  readonly row: number;
  readonly error: RejectionCode;
  /** The column, or in JSON a pointer to the field; empty when it is about the whole row. */
  readonly field: string;
  /** What stands there; cut when it is long. */
  readonly value: string;
  readonly reason: string;
}

/** Characters of a value that a report shows. */
const shownLength = 200;

export const shownValue = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.slice(0, shownLength);
};

/** The value that a JSON pointer (RFC 6901) leads to. */
export const valueAt = (json: unknown, { pointer }: FieldError): unknown =>
  pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((value, key) => (value instanceof Object ? Reflect.get(value, key) : undefined), json);

export const rejectedRowsHeader = "row,field,value,reason\r\n";

/** A line of the CSV of rejected rows. */
export const rejectedRowsLine = ({ row, field, value, reason }: RejectedRow): string =>
  `${[String(row), field, value, reason].map(cell).join(",")}\r\n`;

/** A cell that a spreadsheet takes for a formula is marked as text; a number is none. */
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
