/** Why a file as a whole is not imported. */
export type FileRefusalCode =
  | "file_too_large"
  | "empty_file"
  | "unsupported_encoding"
  | "unsupported_type"
  | "malformed_csv"
  | "malformed_json"
  | "missing_column"
  | "unknown_column"
  | "scattered_order"
  | "invalid_option";

/** A file that nothing is taken from: its message says what is wrong with it, and what would be right. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";
  readonly code: FileRefusalCode;

  constructor(code: FileRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
