import { openapiDocument } from "../runtime/order-api/openapi-document";
import { problems } from "../runtime/order-api/problem";
import { table } from "./markdown";

/** The parts of OpenAPI and JSON Schema that the document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Operation {
  readonly summary: string;
  readonly security?: readonly { readonly token?: readonly string[] }[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: Schema } } };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

// The document is a literal of more exact types than a reader of any operation needs.
const { paths, components } = openapiDocument as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

const resolved = (schema: Schema): Schema => components.schemas[schema.$ref?.split("/").at(-1) ?? ""] ?? schema;

const range = (from: number | undefined, to: number | undefined, unit: string): readonly string[] => {
  if (to !== undefined) return [`${(from ?? 0).toLocaleString("en")} to ${to.toLocaleString("en")}${unit}`];
  return from === undefined ? [] : [`${from.toLocaleString("en")} or more${unit}`];
};

/** What a value may be, in words. */
const allowed = (schema: Schema): string => {
  const { type, format, minimum, maximum, minItems, maxItems, minLength, maxLength } = schema;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (type === "array") return [`list`, ...range(minItems, maxItems, " entries")].join(", ");
  return [
    format ?? type ?? "any",
    ...range(minimum, maximum, ""),
    ...range(maxLength === undefined ? undefined : (minLength ?? 1), maxLength, " characters"),
    ...(schema.default === undefined ? [] : [`default ${String(schema.default)}`]),
  ].join(", ");
};

/** The fields of an object and of the objects in its lists, by their paths. */
const fieldsOf = (schema: Schema, prefix = ""): readonly (readonly string[])[] => {
  const { properties = {}, required = [] } = resolved(schema);
  return Object.entries(properties).flatMap(([name, property]) => {
    const field = resolved(property);
    const path = `${prefix}${name}`;
    const inner = field.type === "array" && field.items !== undefined ? fieldsOf(field.items, `${path}[].`) : [];
    return [[`\`${path}\``, required.includes(name) ? "yes" : "", allowed(field)], ...inner];
  });
};

const scopeOf = ({ security = [] }: Operation): string =>
  security.flatMap(({ token = [] }) => token.map((scope) => `\`${scope}\``)).join(" or ") || "none";

const bodyOf = ({ requestBody }: Operation): readonly string[] => {
  if (requestBody === undefined) return [];
  const { schema } = requestBody.content["application/json"];
  return (schema.oneOf ?? [schema]).flatMap((form, index) => [
    index === 0 ? "Body, JSON; a field that is not listed is refused:" : "or, for an order of one line:",
    table(["field", "needed", "value"], fieldsOf(form)),
  ]);
};

const section = (method: string, path: string, operation: Operation): string =>
  [
    `## ${method.toUpperCase()} ${path}`,
    `${operation.summary}. Scope: ${scopeOf(operation)}.`,
    ...(operation.parameters === undefined
      ? []
      : [
          table(
            ["parameter", "in", "value", ""],
            operation.parameters.map(({ name, in: where, schema, description }) => [
              `\`${name}\``,
              where,
              allowed(schema),
              description,
            ]),
          ),
        ]),
    ...bodyOf(operation),
    table(
      ["answer", ""],
      Object.entries(operation.responses).map(([status, { description }]) => [status, description]),
    ),
  ].join("\n\n");

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
);

/** docs/api/README.md: the API in words, from the same document that the API serves under `/openapi.json`. */
export const apiPage = `${[
  "<!-- Generated from runtime/order-api: npm run schemas -->",
  "# API",
  `JSON over HTTPS, snake_case. \`GET /openapi.json\` of a running API is the whole of it for tools
([openapi.json](openapi.json)); [asyncapi.json](asyncapi.json) describes the intake topic and the events.`,
  `Send a token as \`Authorization: Bearer <token>\`. Its claim \`customer_id\`, or else \`sub\`, is the customer that a
request is for. A token with the scope \`orders/admin\` acts for the customer that the request names. An order of somebody
else's is answered with 404, as one that does not exist.`,
  table(
    ["route", "", "scope"],
    operations.map(({ method, path, operation }) => [
      `\`${method.toUpperCase()} ${path}\``,
      operation.summary,
      scopeOf(operation),
    ]),
  ),
  "## Errors",
  `An error is [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) \`application/problem+json\`: \`type\`, \`title\`,
\`status\`, \`detail\`, and a code for programs in \`error\`. \`errors\` names each wrong field by its JSON pointer. What
API Gateway answers by itself (no valid token, no such route, too many requests) is \`{"message": "..."}\`.`,
  table(
    ["error", "status", ""],
    Object.entries(problems).map(([code, { status, title }]) => [`\`${code}\``, String(status), title]),
  ),
  "429 and 503 may be tried again, with a pause that grows. So may `POST /orders` after an answer that was lost, under its `Idempotency-Key`: it places one order however often it is sent.",
  ...operations.map(({ method, path, operation }) => section(method, path, operation)),
].join("\n\n")}\n`;
