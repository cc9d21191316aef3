import * as z from "zod";

/** Leaves out what says nothing: the pattern that a format implies, and JavaScript's own limits of whole numbers. */
const plain = ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }) => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
};

/** A schema as JSON Schema 2020-12. Objects stay open unless they are strict: they may grow fields. */
export const plainJsonSchema = (schema: z.ZodType): z.core.JSONSchema.BaseSchema =>
  z.toJSONSchema(schema, { io: "input", override: plain });

/** Schemas by name, which refer to one another by `prefix` and name. */
export const jsonSchemas = (
  schemas: Readonly<Record<string, z.ZodType>>,
  prefix: string,
): Readonly<Record<string, object>> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const { schemas: found } = z.toJSONSchema(registry, { io: "input", override: plain, uri: (id) => `${prefix}${id}` });
  return Object.fromEntries(Object.entries(found).map(([id, { $id, $schema, ...schema }]) => [id, schema]));
};
