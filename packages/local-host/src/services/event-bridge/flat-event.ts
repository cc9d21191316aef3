/** Which element of each array a value is in; arrays are numbered as they are met. */
export type Membership = ReadonlyMap<number, number>;

interface FlatValue {
  /** A string, number, boolean or null. */
  readonly leaf: unknown;
  readonly membership: Membership;
}

/** The values of an event by the dotted path of their field; an array's values are all at the array's path. */
export type FlatEvent = ReadonlyMap<string, readonly FlatValue[]>;

interface Pending {
  readonly value: unknown;
  readonly path: string;
  readonly membership: Membership;
}

const none: Membership = new Map();

/**
 * Flattens an event, as far as a pattern looks into it: `{"a":{"b":[1,{"c":2}]}}` is 1 at `a.b` and 2 at `a.b.c`. Takes
 * no stack, whatever the depth of the event.
 * @param paths of the pattern's fields, and the beginnings of them
 */
export const flattenEvent = (event: unknown, paths: ReadonlySet<string>): FlatEvent => {
  const flat = new Map<string, FlatValue[]>();
  const pending: Pending[] = [{ value: event, path: "", membership: none }];
  let arrays = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path, membership } = next;
    if (Array.isArray(value)) {
      arrays += 1;
      for (let index = value.length - 1; index >= 0; index -= 1) {
        const element: unknown = value[index];
        // Only what is in an object can be told to be in the same element as something else.
        const isContainer = typeof element === "object" && element !== null && !Array.isArray(element);
        pending.push({
          value: element,
          path,
          membership: isContainer ? within(membership, arrays, index) : membership,
        });
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value).toReversed()) {
        const innerPath = path === "" ? name : `${path}.${name}`;
        if (paths.has(innerPath)) pending.push({ value: inner, path: innerPath, membership });
      }
    } else if (value !== undefined && path !== "") {
      const values = flat.get(path) ?? [];
      values.push({ leaf: value, membership });
      flat.set(path, values);
    }
  }
  return flat;
};

const within = (membership: Membership, array: number, element: number): Membership =>
  new Map([...membership, [array, element]]);
