/** A setting's value as messages show it. */
export const shownValue = (value: unknown): string => (value === undefined ? "not set" : JSON.stringify(value));

/** The value that a path leads to inside of an object or a list; undefined where it leads nowhere. */
export const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (outer, key) => (typeof outer === "object" && outer !== null ? Reflect.get(outer, key) : undefined),
    value,
  );
