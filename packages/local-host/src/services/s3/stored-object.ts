import type { SQLOutputValue } from "node:sqlite";
import * as z from "zod";
import { checksumAlgorithms } from "./checksum";

/** Where an object is. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion extends ObjectPlace {
  /** Grows with every version. */
  readonly sequence: number;
  /** `null` of an object that was written while its bucket kept no versions. */
  readonly id: string;
  readonly isDeleteMarker: boolean;
  readonly isLatest: boolean;
  readonly writtenAt: Date;
  /** With its quotation marks. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

/** Where a list of versions continues. */
export interface VersionMarker {
  readonly key: string;
  readonly id: string | undefined;
}

export type Row = Readonly<Record<string, SQLOutputValue>>;

export const objectVersion = (row: Row): ObjectVersion => ({
  sequence: Number(row["sequence"]),
  bucket: String(row["bucket"]),
  key: String(row["key"]),
  id: String(row["version_id"]),
  isDeleteMarker: row["is_delete_marker"] === 1,
  isLatest: row["sequence"] === row["latest"],
  writtenAt: new Date(String(row["written_at"])),
  etag: String(row["etag"]),
  size: Number(row["size"]),
});

const checksumSchema = z.object({ algorithm: z.enum(checksumAlgorithms), value: z.string() });

/** A piece of an object's content, as it was sent. */
const pieceSchema = z.object({
  /** Of the row that has its bytes. */
  content: z.int(),
  size: z.int(),
  /** Of a part of a multipart upload. */
  part: z.object({ number: z.int(), checksum: z.string().optional() }).optional(),
});

export type ContentPiece = z.output<typeof pieceSchema>;

/** What is kept of a version besides its content and what lists show. */
export const detailsSchema = z.object({
  /** Sent with the object, and returned with it: content-type, x-amz-meta-..., and the like. */
  headers: z.record(z.string(), z.string()),
  checksum: checksumSchema.optional(),
  pieces: z.array(pieceSchema),
});

export type ObjectDetails = z.output<typeof detailsSchema>;

/** What is declared of a multipart upload when it begins. */
export const declaredUploadSchema = z.object({
  headers: z.record(z.string(), z.string()),
  algorithm: z.enum(checksumAlgorithms).optional(),
  checksumType: z.enum(["COMPOSITE", "FULL_OBJECT"]),
  begunAt: z.iso.datetime(),
});

export type DeclaredUpload = z.output<typeof declaredUploadSchema>;

/** An upload that is neither complete nor aborted. */
export interface PendingUpload extends ObjectPlace {
  readonly id: string;
  readonly declared: DeclaredUpload;
}

/** One part that was sent. */
export interface UploadedPart {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
  readonly checksum: string | undefined;
  /** Of the row that has its bytes. */
  readonly content: number;
  readonly writtenAt: Date;
}
