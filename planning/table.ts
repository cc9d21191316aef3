import Table from "cli-table3";

export interface Column {
  readonly name: string;
  readonly align?: "left" | "right";
}

export type Row = readonly string[];

/** A table for a terminal. */
export const terminalTable = (columns: readonly Column[], rows: readonly Row[]): string => {
  const table = new Table({
    head: columns.map(({ name }) => name),
    colAligns: columns.map(({ align = "left" }) => align),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
};

/** The same for a document or a comment. */
export const markdownTable = (columns: readonly Column[], rows: readonly Row[]): string =>
  [
    `| ${columns.map(({ name }) => name).join(" | ")} |`,
    `|${columns.map(({ align }) => (align === "right" ? "--:" : "---")).join("|")}|`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");

/** As `12,345` and `0.0012`: three digits that count where a number is small. */
export const amountText = (value: number): string =>
  value >= 100 || Number.isInteger(value)
    ? Math.round(value).toLocaleString("en")
    : String(Number(value.toPrecision(3)));

export const usdText = (usd: number): string =>
  usd !== 0 && Math.abs(usd) < 0.01
    ? "< 0.01"
    : usd.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
