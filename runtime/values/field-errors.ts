import type * as z from "zod";

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
    return issue.keys.map((key) => ({ pointer: pointer([...issue.path, key]), detail: "is not a known field" }));
  }
  const value = valueAt(input, issue.path);
  const found = value === undefined ? "it is missing" : `it is ${shown(value)}`;
  return [{ pointer: pointer(issue.path), detail: `${issue.message}; ${found}` }];
};

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value instanceof Object ? Reflect.get(value, key) : undefined), input);

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const json = JSON.stringify(value);
  return json.length > shownLength ? `${json.slice(0, shownLength)}…` : json;
};
