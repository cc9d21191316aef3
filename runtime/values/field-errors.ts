import type * as z from "zod";
import { jsonPointer } from "./json";

/** One thing wrong with one field; `pointer` is a JSON pointer (RFC 6901) into what was sent. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** Longer values are cut, so that an answer stays readable whatever was sent. */
const shownLength = 60;

/** Says for each wrong field what it should have been and what it was; one error per field. */
export const fieldErrors = (error: z.ZodError, input: unknown): readonly FieldError[] => {
  const found = error.issues.flatMap((issue) => errorsOf(issue, input));
  const byPointer = new Map(found.map((each) => [each.pointer, each]));
  return [...byPointer.values()];
};

const errorsOf = (issue: z.core.$ZodIssue, input: unknown): readonly FieldError[] => {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ pointer: jsonPointer([...issue.path, key]), detail: "is not a known field" }));
  }
  const value = valueAt(input, issue.path);
  const found = value === undefined ? "it is missing" : `it is ${shown(value)}`;
  return [{ pointer: jsonPointer(issue.path), detail: `${issue.message}; ${found}` }];
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value instanceof Object ? Reflect.get(value, key) : undefined), input);

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  // JSON has no bounds for numbers; 1e400 is read as infinity, which would be written as null.
  if (value === Number.POSITIVE_INFINITY) return "too large a number";
  if (value === Number.NEGATIVE_INFINITY) return "too large a negative number";
  const json = JSON.stringify(value);
  return json.length > shownLength ? `${json.slice(0, shownLength)}…` : json;
};
