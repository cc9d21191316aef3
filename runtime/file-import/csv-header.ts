import { FileRefused } from "./file-refused";
import { type Column, columns } from "./file-row";

const required = ["customer_id", "item", "quantity"] as const satisfies readonly Column[];

const delimiters = [",", ";", "\t"] as const;

/** What separates the cells: what the header has most of, outside of quotes. */
export const delimiterOf = (header: string): string => {
  const unquoted = header.replace(/"[^"]*"/g, "");
  const counts = delimiters.map((delimiter) => unquoted.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ",";
};

/** The columns that a header names, in any order; `Customer ID` is customer_id. Throws FileRefused for a wrong header. */
export const columnsOf = (header: readonly string[]): readonly Column[] => {
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, "_"),
  );
  // Spreadsheets leave empty cells behind the last one.
  while (names.at(-1) === "") names.pop();
  const unknown = names.findIndex((name) => !isColumn(name));
  const missing = required.filter((name) => !names.includes(name));
  const wanted = `The header may name ${columns.join(", ")}.`;
  if (missing.length > 0) {
    const shown = JSON.stringify(header.join(" ").slice(0, 80));
    throw new FileRefused("missing_column", `The header ${shown} does not name ${missing.join(", ")}. ${wanted}`);
  }
  if (unknown >= 0) {
    const shown = JSON.stringify(header[unknown]?.slice(0, 80));
    throw new FileRefused("unknown_column", `The header names ${shown}, which is no column. ${wanted}`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new FileRefused("unknown_column", `The header names ${twice} twice. ${wanted}`);
  return names.filter(isColumn);
};

const isColumn = (name: string): name is Column => (columns as readonly string[]).includes(name);
