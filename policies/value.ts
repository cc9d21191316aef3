/** Stands for a value that a preview cannot know. */
export const unknown: unique symbol = Symbol("known after the update");

export interface Properties {
  readonly [name: string]: Value;
}

/** A property of a resource as plain data; whatever is not plain data, such as a function's code, is undefined. */
export type Value = string | number | boolean | null | undefined | typeof unknown | readonly Value[] | Properties;

/** Copies what Pulumi hands to a rule. Its proxies throw when an unknown value is read; here it is `unknown`. */
export function plainValue(source: unknown): Value {
  if (typeof source === "string" || typeof source === "number" || typeof source === "boolean") return source;
  if (source === null || source === undefined) return undefined;
  if (Array.isArray(source))
    return Array.from({ length: source.length }, (_, index) => memberOf(source, String(index)));
  if (typeof source === "object" && Object.getPrototypeOf(source) === Object.prototype) {
    return Object.fromEntries(Object.keys(source).map((key) => [key, memberOf(source, key)]));
  }
  return undefined;
}

function memberOf(source: object, key: string): Value {
  try {
    return plainValue(Reflect.get(source, key));
  } catch (error) {
    // Pulumi's UnknownValueError, which it does not export.
    if (error instanceof Error && "unknownTypeSentinel" in error) return unknown;
    throw error;
  }
}

/** The value at a path: undefined where the path ends early, unknown below something unknown. */
export function at(value: Value, ...path: readonly (string | number)[]): Value {
  const [key, ...rest] = path;
  if (key === undefined || value === unknown) return value;
  if (Array.isArray(value)) return typeof key === "number" ? at(value[key], ...rest) : undefined;
  return isProperties(value) && typeof key === "string" ? at(value[key], ...rest) : undefined;
}

export const isProperties = (value: Value): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Something is there, though it may be unknown what. */
export const isSet = (value: Value): boolean => value !== undefined && value !== null && value !== "";

/** A list's items, or the one value that stands for a list of one. */
export function itemsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  return isSet(value) ? [value] : [];
}

/** Holds something unknown, at any depth. */
export function holdsUnknown(value: Value): boolean {
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isProperties(value) ? Object.values(value).some(holdsUnknown) : value === unknown;
}

/** All texts in a value, at any depth. */
export function textsIn(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isProperties(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** A property that holds JSON as text, such as a policy document; undefined when it does not hold JSON. */
export function parsed(value: Value): Value {
  if (typeof value !== "string") return value;
  try {
    return plainValue(JSON.parse(value));
  } catch {
    return undefined;
  }
}

/** For a message: as it would stand in the program. */
export const shown = (value: Value): string =>
  value === unknown ? "a value known after the update" : value === undefined ? "not set" : JSON.stringify(value);
