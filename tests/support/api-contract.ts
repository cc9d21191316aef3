import type { ValidateFunction } from "ajv";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import * as z from "zod";
import type { GeneratedSchema } from "./json-schema-arbitrary";

const jsonSchema = z.custom<GeneratedSchema>((value) => typeof value === "object" && value !== null);
const content = z.record(z.string(), z.object({ schema: jsonSchema }));

const operationSchema = z.object({
  operationId: z.string(),
  security: z.array(z.unknown()),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(["path", "query", "header"]),
        required: z.boolean(),
        schema: jsonSchema,
      }),
    )
    .default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(
    z.string(),
    z.object({ content, headers: z.record(z.string(), z.object({ schema: jsonSchema })).default({}) }),
  ),
});

const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), jsonSchema) }),
});

export type Operation = z.output<typeof operationSchema> & { readonly method: string; readonly path: string };

/** What an OpenAPI document promises of an API, and whether an answer keeps it. */
export class ApiContract {
  readonly operations: readonly Operation[];
  private readonly components: z.output<typeof documentSchema>["components"];
  private readonly ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  private readonly validators = new Map<GeneratedSchema, ValidateFunction>();

  constructor(document: unknown) {
    const { paths, components } = documentSchema.parse(document);
    this.components = components;
    this.operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
    );
  }

  resolve = (ref: string): GeneratedSchema => {
    const found = this.components.schemas[ref.replace("#/components/schemas/", "")];
    if (found === undefined) throw new Error(`${ref} leads nowhere.`);
    return found;
  };

  isValid(schema: GeneratedSchema, value: unknown): boolean {
    return this.complaints(schema, value).length === 0;
  }

  /** What is wrong with an answer, by what the document says of the operation; nothing when it keeps to it. */
  async breaches(operation: Operation, response: Response): Promise<readonly string[]> {
    const text = await response.text();
    const described = operation.responses[String(response.status)];
    if (described === undefined) return [`HTTP ${response.status} is not in the document: ${text}`];
    const mediaType = (response.headers.get("content-type") ?? "none").replace(/;.*/, "");
    const body = described.content[mediaType];
    if (body === undefined)
      return [`HTTP ${response.status} has the type ${mediaType}, which is not in the document: ${text}`];
    const missing = Object.entries(described.headers).flatMap(([name, header]) => {
      const value = response.headers.get(name);
      // A header that only some answers have is described by the value that it has then.
      if (value === null) return "const" in header.schema ? [] : [`the header ${name} is missing`];
      return this.complaints(header.schema, value);
    });
    return [...missing, ...this.complaints(body.schema, JSON.parse(text))];
  }

  private complaints(schema: GeneratedSchema, value: unknown): readonly string[] {
    const validate = this.validators.get(schema) ?? this.ajv.compile({ ...schema, components: this.components });
    this.validators.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || "/"} ${message ?? "is wrong"}`,
    );
  }
}
