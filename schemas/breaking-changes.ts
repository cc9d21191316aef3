/** A JSON Schema, as far as schemas generated here go. */
export interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly [keyword: string]: unknown;
}

/**
 * What can break a consumer that relies on the schema `before` in messages that follow `after`: a field that is gone,
 * is no longer always there, has another type or form, or takes values that it did not take. New fields break no consumer.
 */
export const breakingChanges = (before: JsonSchema, after: JsonSchema, at = ""): readonly string[] => [
  ...retyped(before, after, at || "/"),
  ...Object.entries(before.properties ?? {}).flatMap(([name, old]) => {
    const here = `${at}/${name}`;
    const now = after.properties?.[name];
    if (now === undefined) return [`${here} is gone`];
    const optionalNow = (before.required ?? []).includes(name) && !(after.required ?? []).includes(name);
    return [...(optionalNow ? [`${here} is no longer required`] : []), ...breakingChanges(old, now, here)];
  }),
  ...(before.items === undefined || after.items === undefined
    ? []
    : breakingChanges(before.items, after.items, `${at}/*`)),
];

const retyped = (before: JsonSchema, after: JsonSchema, at: string): readonly string[] => {
  const changed = (["type", "format"] as const).filter((keyword) => before[keyword] !== after[keyword]);
  const allowedBefore = valuesOf(before);
  const allowedAfter = valuesOf(after);
  const added =
    allowedBefore === undefined ? [] : (allowedAfter ?? ["anything"]).filter((value) => !allowedBefore.includes(value));
  return [
    ...changed.map((keyword) => `${at} had the ${keyword} ${shown(before[keyword])} and has ${shown(after[keyword])}`),
    ...added.map((value) => `${at} may be ${shown(value)}, which it could not be before`),
  ];
};

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  "const" in schema ? [schema.const] : schema.enum;

const shown = (value: unknown): string => JSON.stringify(value) ?? "none";
