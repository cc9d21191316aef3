import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemasWithoutId } from "@asyncapi/specs";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { orderEventOf } from "../../runtime/orders/order-event";
import { orderStatuses } from "../../runtime/orders/order-status";
import { partnerEventOf } from "../../runtime/partners/partner-event";
import { breakingChanges, type JsonSchema } from "../../schemas/breaking-changes";
import { apiFolder, documentsFolder, eventsFolder, generatedDocuments } from "../../schemas/generated-documents";
import { writeDocuments } from "../../schemas/write-documents";
import { anOrder } from "../runtime/an-order";
import { busEvent } from "../runtime/queue-event";

const folder = join(__dirname, "../..", documentsFolder);
const committed = (file: string): string => readFileSync(join(folder, file), "utf8");
const generated = (file: string): JsonSchema => JSON.parse(generatedDocuments[file] ?? "null");
const eventFiles = Object.keys(generatedDocuments).filter((file) => file.endsWith(".schema.json"));

const validatorOf = (schema: object) => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats(ajv);
  return ajv.compile(schema);
};

describe("docs", () => {
  it.each(Object.keys(generatedDocuments))("has %s as the code says it: else run npm run schemas", (file) => {
    expect(committed(file)).toBe(generatedDocuments[file]);
  });

  it("has nothing in docs/api that nothing makes, but for events' schemas of earlier versions", () => {
    const found = readdirSync(join(folder, apiFolder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    const earlier = found.filter((file) => file.startsWith(`${eventsFolder}/`) && !eventFiles.includes(file));
    const made = Object.keys(generatedDocuments).filter((file) => file.startsWith(`${apiFolder}/`));
    expect(found.filter((file) => !earlier.includes(file)).sort()).toEqual(made.sort());
  });

  it.each(eventFiles)("has in %s nothing that a consumer of the committed one could trip over", (file) => {
    expect(breakingChanges(JSON.parse(committed(file)), generated(file))).toEqual([]);
  });

  it("has a valid OpenAPI 3.1 document", async () => {
    const result = await new Validator().validate({ ...generated("api/openapi.json") });
    expect(result).toEqual({ valid: true });
  });

  it("has a valid AsyncAPI 3.0 document, whose references all lead somewhere", () => {
    const document = generated("api/asyncapi.json");
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const schema: object = schemasWithoutId["3.0.0"];
    const validate = ajv.compile(schema);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    for (const [, path = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = path.split("/").reduce<unknown>((at, key) => Reflect.get(Object(at), key), document);
      expect(target, path).toBeDefined();
    }
  });
});

describe("the schema of an event", () => {
  const partner = (status: (typeof orderStatuses)[number]) => {
    const { type, detail } = orderEventOf(anOrder({ status }));
    return partnerEventOf({ "detail-type": type, detail }, "https://api.example.com/orders");
  };

  it.each(orderStatuses)("holds for what is sent about an order that is %s", (status) => {
    const forPartners = validatorOf(generated("api/events/order-event.v1.schema.json"));
    forPartners(partner(status));
    expect(forPartners.errors ?? []).toEqual([]);
    const onBus = validatorOf(generated("api/events/bus-event.v1.schema.json"));
    onBus(busEvent(orderEventOf(anOrder({ status }))));
    expect(onBus.errors ?? []).toEqual([]);
  });

  it("allows fields that are added later, in lines of the order too, and misses what must be there", () => {
    const validate = validatorOf(generated("api/events/order-event.v1.schema.json"));
    const event = partner("SHIPPED");
    const items = [{ item: "Widget", quantity: 2, colour: "red" }];
    const grown = { ...event, tracestate: "x", data: { ...event.data, order: { ...event.data.order, items } } };
    expect(validate(grown)).toBe(true);
    expect(validate({ ...event, id: undefined })).toBe(false);
    expect(validate({ ...event, type: "OrderReturned" })).toBe(false);
  });
});

describe("npm run schemas", () => {
  let target: string;
  const schema = (properties: object, required: readonly string[]): string =>
    JSON.stringify({ type: "object", properties, required });
  const file = "events/some-event.v1.schema.json";
  const before = { [file]: schema({ id: { type: "string" } }, ["id"]) };

  beforeEach(() => {
    target = mkdtempSync(join(tmpdir(), "schemas-"));
    writeDocuments(target, before);
  });
  afterEach(() => rmSync(target, { recursive: true, force: true }));

  it("writes what has changed, and says what that was", () => {
    const grown = {
      [file]: schema({ id: { type: "string" }, note: { type: "string" } }, ["id"]),
      "openapi.json": "{}",
    };
    expect(writeDocuments(target, grown)).toEqual([file, "openapi.json"]);
    expect(writeDocuments(target, grown)).toEqual([]);
    expect(readFileSync(join(target, file), "utf8")).toBe(grown[file]);
  });

  it("refuses to change an event under consumers that rely on its version, and writes nothing", () => {
    const retyped = { "openapi.json": "{}", [file]: schema({ id: { type: "integer" } }, ["id"]) };
    expect(() => writeDocuments(target, retyped)).toThrow(
      `${file}: /id had the type "string" and has "integer"\n  Give the event a new schema_version, or leave what is there as it is.`,
    );
    expect(readdirSync(target)).toEqual(["events"]);
    expect(readFileSync(join(target, file), "utf8")).toBe(before[file]);
  });

  it("makes a new version beside the one before", () => {
    const second = { "events/some-event.v2.schema.json": schema({ id: { type: "integer" } }, ["id"]) };
    expect(writeDocuments(target, second)).toEqual(["events/some-event.v2.schema.json"]);
    expect(readFileSync(join(target, file), "utf8")).toBe(before[file]);
  });
});
