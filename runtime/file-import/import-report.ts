import type { FileRefusalCode } from "./file-refused";
import type { FileFormat } from "./file-row";
import type { ImportOptions } from "./import-options";
import type { RejectedRow } from "./rejected-row";

/** What became of a file: `reports/<name>.report.json`. */
export interface ImportReport {
  readonly file: string;
  readonly version_id: string;
  readonly result: "imported" | "imported_in_part" | "refused";
  /** Why nothing was taken. */
  readonly error?: FileRefusalCode | "rows_rejected" | undefined;
  readonly reason?: string | undefined;
  readonly acceptance?: ImportOptions["acceptance"] | undefined;
  readonly format?: FileFormat | undefined;
  /** Rows with something in them, below the header. */
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Orders made from the accepted rows. */
  readonly orders: number;
  readonly bytes: number;
  /** SHA-256 of the content, hexadecimal. */
  readonly sha256?: string | undefined;
  readonly started_at: string;
  readonly finished_at: string;
  readonly duration_ms: number;
  /** The first of them; all are in `reports/<name>.rejected.csv`. */
  readonly rejected_rows: readonly RejectedRow[];
}

/** Errors that a report shows itself. */
export const maxShownErrors = 1_000;
