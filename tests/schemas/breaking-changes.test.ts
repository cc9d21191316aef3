import { describe, expect, it } from "vitest";
import { breakingChanges, type JsonSchema } from "../../schemas/breaking-changes";

const event: JsonSchema = {
  type: "object",
  properties: {
    id: { type: "string" },
    time: { type: "string", format: "date-time" },
    type: { type: "string", enum: ["OrderPlaced", "OrderShipped"] },
    version: { type: "number", const: 1 },
    note: { type: "string" },
    order: {
      type: "object",
      properties: {
        items: { type: "array", items: { type: "object", properties: { quantity: { type: "integer" } } } },
      },
      required: ["items"],
    },
  },
  required: ["id", "time", "type", "version", "order"],
};

/** The event with its properties changed. */
const changed = (properties: Readonly<Record<string, JsonSchema>>, rest: Partial<JsonSchema> = {}): JsonSchema => ({
  ...event,
  ...rest,
  properties: { ...event.properties, ...properties },
});

const without = (name: string): JsonSchema => ({
  ...event,
  properties: Object.fromEntries(Object.entries(event.properties ?? {}).filter(([key]) => key !== name)),
});

const order = (quantity: JsonSchema): JsonSchema => ({
  type: "object",
  properties: { items: { type: "array", items: { type: "object", properties: { quantity } } } },
  required: ["items"],
});

describe("a consumer of an event", () => {
  it.each<[string, JsonSchema]>([
    ["nothing", event],
    ["a new field", changed({ channel: { type: "string" } })],
    ["a field that is always there now", { ...event, required: [...(event.required ?? []), "note"] }],
    ["fewer values", changed({ type: { type: "string", enum: ["OrderPlaced"] } })],
    ["a description", changed({ id: { type: "string", description: "the same for every delivery" } })],
  ])("does not trip over %s", (_, after) => {
    expect(breakingChanges(event, after)).toEqual([]);
  });

  it.each<[string, JsonSchema, string]>([
    ["a required field that is gone", without("id"), "/id is gone"],
    ["an optional field that is gone", without("note"), "/note is gone"],
    [
      "a field that may be missing now",
      { ...event, required: ["id", "type", "version", "order"] },
      "/time is no longer required",
    ],
    ["another type", changed({ id: { type: "integer" } }), '/id had the type "string" and has "integer"'],
    ["another form", changed({ time: { type: "string" } }), '/time had the format "date-time" and has none'],
    [
      "a new value",
      changed({ type: { type: "string", enum: ["OrderPlaced", "OrderShipped", "OrderReturned"] } }),
      '/type may be "OrderReturned", which it could not be before',
    ],
    ["any value", changed({ type: { type: "string" } }), '/type may be "anything", which it could not be before'],
    [
      "another constant",
      changed({ version: { type: "number", const: 2 } }),
      "/version may be 2, which it could not be before",
    ],
    [
      "a change deep inside",
      changed({ order: order({ type: "string" }) }),
      '/order/items/*/quantity had the type "integer" and has "string"',
    ],
  ])("trips over %s", (_, after, expected) => {
    expect(breakingChanges(event, after)).toEqual([expected]);
  });
});
