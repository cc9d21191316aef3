import type { ImportReport } from "./import-report";

/** Which upload is meant. */
export interface UploadedFile {
  readonly name: string;
  /** Which of the uploads under that name. */
  readonly versionId: string;
}

export interface OrderFile {
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** From the beginning; every call gives the same content. */
  read(): AsyncIterable<Uint8Array>;
}

/** Writes a text of any length piece by piece; it is there once it is closed, and nothing of it if it is not. */
export interface TextWriter {
  write(text: string): Promise<void>;
  close(): Promise<void>;
  abandon(): Promise<void>;
}

export interface OrderFiles {
  /** Resolves to undefined when the upload is no longer there. */
  open(file: UploadedFile): Promise<OrderFile | undefined>;
  writeReport(file: UploadedFile, report: ImportReport): Promise<void>;
  writeRejectedRows(file: UploadedFile): TextWriter;
}
