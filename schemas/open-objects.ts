/**
 * A schema whose objects may have more fields than it names. Orders that come in are read strictly, so that a misspelt
 * field is refused; those who read events have to put up with fields that are added later.
 */
export const openObjects = <Schema extends object>(schema: Schema): Schema =>
  // The same schema, less one optional keyword.
  JSON.parse(
    JSON.stringify(schema, (key, value) => (key === "additionalProperties" && value === false ? undefined : value)),
  ) as Schema;
