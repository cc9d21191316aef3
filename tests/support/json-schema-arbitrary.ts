import * as fc from "fast-check";

/** A JSON Schema, as far as values are made from it here. */
export interface GeneratedSchema {
  readonly $ref?: string;
  readonly oneOf?: readonly GeneratedSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: GeneratedSchema;
  readonly properties?: Readonly<Record<string, GeneratedSchema>>;
  readonly required?: readonly string[];
}

/** Longest list and text that are made, where a schema allows more: long ones only cost time. */
const longest = 12;

/** Values that a schema allows. `resolve` finds what a `$ref` stands for. Throws for a schema that it cannot follow. */
export const arbitraryOf = (
  schema: GeneratedSchema,
  resolve: (ref: string) => GeneratedSchema,
): fc.Arbitrary<unknown> => {
  const of = (inner: GeneratedSchema) => arbitraryOf(inner, resolve);
  if (schema.$ref !== undefined) return of(resolve(schema.$ref));
  if (schema.oneOf !== undefined) return fc.oneof(...schema.oneOf.map(of));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "object": {
      const properties = Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, of(inner)] as const);
      return fc.record(Object.fromEntries(properties), { requiredKeys: [...(schema.required ?? [])] });
    }
    case "array": {
      const minLength = schema.minItems ?? 0;
      const maxLength = Math.min(schema.maxItems ?? longest, Math.max(minLength, longest));
      return fc.array(of(schema.items ?? {}), { minLength, maxLength });
    }
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000 });
    case "string":
      return textOf(schema);
    default:
      throw new Error(`No values can be made for the schema ${JSON.stringify(schema)}.`);
  }
};

const textOf = ({ format, pattern, minLength = 0, maxLength = longest }: GeneratedSchema): fc.Arbitrary<string> => {
  if (format === "uuid") return fc.uuid();
  const length = { minLength, maxLength: Math.min(maxLength, Math.max(minLength, longest)) };
  const text = fc.oneof(fc.string({ unit: "grapheme", ...length }), fc.string({ unit: "grapheme-ascii", ...length }));
  if (pattern === undefined) return text.filter((value) => value.length <= maxLength);
  const allowed = new RegExp(pattern, "u");
  return text.filter((value) => value.length <= maxLength && allowed.test(value));
};

/** JSON values near one that is valid: a field left out, replaced or added at any depth, a number out of bounds, or nothing alike. */
export const nearMiss = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(valid, fc.nat(), fc.constantFrom("remove", "replace", "add"), strangeValue)
        .map(([value, place, how, strange]) => changedAt(value, place, how, strange)),
    },
  );

const strangeValue = fc.oneof(
  fc.constantFrom(null, 0, -1, 1.5, 10_001, 1e300, "", " ", "\u0000", "\ud800", "x".repeat(256), [], {}, true),
  fc.jsonValue({ maxDepth: 1 }),
);

/** The value with one of its members changed: the one whose turn it is when they are counted round and round. */
const changedAt = (value: unknown, place: number, how: string, strange: unknown): unknown => {
  const copy: unknown = structuredClone(value);
  const holders = holdersIn(copy);
  const holder = holders[place % Math.max(1, holders.length)];
  if (holder === undefined) return strange;
  const keys = Object.keys(holder);
  const key = keys[place % Math.max(1, keys.length)];
  if (how === "add" || key === undefined) Reflect.set(holder, Array.isArray(holder) ? holder.length : "extra", strange);
  else if (how === "remove" && !Array.isArray(holder)) Reflect.deleteProperty(holder, key);
  else Reflect.set(holder, key, strange);
  return copy;
};

const holdersIn = (value: unknown): readonly object[] =>
  typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(holdersIn)] : [];
