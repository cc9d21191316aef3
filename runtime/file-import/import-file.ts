import { createHash } from "node:crypto";
import type { Clock } from "../values/clock";
import { checkFile } from "./check-file";
import { FileRefused } from "./file-refused";
import { importOptions } from "./import-options";
import type { ImportReport } from "./import-report";
import type { OrderFile, OrderFiles, UploadedFile } from "./order-files";
import { scanFile } from "./scan-file";
import { type SendFilePorts, sendFile } from "./send-file";

export interface ImportFilePorts extends SendFilePorts {
  readonly files: OrderFiles;
  readonly clock: Clock;
}

export type ImportedFile =
  | { readonly kind: "reported"; readonly report: ImportReport }
  /** Time was running out; the next try goes on from there. */
  | { readonly kind: "paused" }
  /** Made by the console's "Create folder": a name with a slash at its end, and nothing in it. */
  | { readonly kind: "folder" }
  /** Someone removed it before it was read. */
  | { readonly kind: "gone" };

type Findings = Omit<ImportReport, "file" | "version_id" | "bytes" | "started_at" | "finished_at" | "duration_ms">;

/**
 * Sends the orders of an uploaded file to the inbox and reports what became of each row. It reads the file three times,
 * so that nothing is sent of a file that turns out to be broken, and that a try after a crash goes on where it ended.
 */
export const importFile =
  ({ files, clock, ...ports }: ImportFilePorts) =>
  async (upload: UploadedFile): Promise<ImportedFile> => {
    const started = clock.now();
    const file = await files.open(upload);
    if (file === undefined) return { kind: "gone" };
    if (file.bytes === 0 && upload.name.endsWith("/")) return { kind: "folder" };
    const found = await findingsOf(file).catch(refusal);
    if (found === "paused") return { kind: "paused" };

    const finished = clock.now();
    const { rejected_rows, ...outcome } = found;
    const report: ImportReport = {
      file: upload.name,
      version_id: upload.versionId,
      ...outcome,
      bytes: file.bytes,
      started_at: started.toISOString(),
      finished_at: finished.toISOString(),
      duration_ms: finished.getTime() - started.getTime(),
      rejected_rows,
    };
    await files.writeReport(upload, report);
    return { kind: "reported", report };

    async function findingsOf(file: OrderFile): Promise<Findings | "paused"> {
      const { acceptance, importId, encoding } = importOptions(file.metadata);
      const scanned = await scanFile(file, encoding);
      const checked = await checkFile(file, scanned, () => files.writeRejectedRows(upload));
      const { rejected, shown: rejected_rows } = checked;
      const { format, rows, sha256 } = scanned;
      const known = { acceptance, format, sha256, rows, rejected, rejected_rows };
      if (checked.accepted === 0 || (rejected > 0 && acceptance === "all-or-nothing")) {
        const reason = `${rejected} of ${rows} rows are invalid. Correct them and upload the file again.`;
        return { result: "refused", error: "rows_rejected", reason, ...known, accepted: 0, orders: 0 };
      }
      const sent = await sendFile(ports, file, scanned, importIdOf(importId, sha256));
      if (sent === "paused") return "paused";
      const { accepted, orders } = checked;
      return { result: rejected === 0 ? "imported" : "imported_in_part", ...known, accepted, orders };
    }
  };

/** The same content is the same upload, unless whoever uploads it says otherwise (docs/decisions/0010). */
const importIdOf = (given: string | undefined, sha256: string): string =>
  (given === undefined ? sha256 : createHash("sha256").update(`import-id:${given}`).digest("hex")).slice(0, 32);

const refusal = (error: unknown): Findings => {
  if (!(error instanceof FileRefused)) throw error;
  const nothing = { rows: 0, accepted: 0, rejected: 0, orders: 0, rejected_rows: [] };
  return { result: "refused", error: error.code, reason: error.message, ...nothing };
};
