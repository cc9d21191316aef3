import { randomBytes } from "node:crypto";
import { AwsError } from "../../kernel/endpoint/aws-service";

/** A receipt for one receive of a message; it tells which message it is for. */
export const receiptFor = (row: number): string => `${row.toString(36)}.${randomBytes(12).toString("base64url")}`;

/** @throws AwsError ReceiptHandleIsInvalid */
export const rowOf = (receiptHandle: string): number => {
  const row = /^([0-9a-z]+)\.[\w-]{16}$/.exec(receiptHandle)?.[1];
  if (row !== undefined) return Number.parseInt(row, 36);
  throw new AwsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
  );
};
