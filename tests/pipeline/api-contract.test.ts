import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiContract, type Operation } from "../support/api-contract";
import { arbitraryOf, nearMiss } from "../support/json-schema-arbitrary";
import { type StartedHost, startedHost } from "../support/started-host";

/** Requests of each kind for each operation; SEED and RUNS repeat or widen the search. */
const numRuns = Number(process.env["RUNS"] ?? 60);
const seed = Number(process.env["SEED"] ?? 20_261_121);

let started: StartedHost;
let contract: ApiContract;
/** An order for operations on one: what a generator makes up finds none. */
let placed: string;

beforeAll(async () => {
  started = await startedHost();
  contract = new ApiContract(await (await fetch(`${started.host.api}/openapi.json`)).json());
  placed = String((await started.orders.place({ item: "Laptop", quantity: 1 })).body["order_id"]);
});

afterAll(() => started?.end());

interface ApiRequest {
  readonly parameters: Readonly<Record<string, string>>;
  /** The text that is sent; undefined where the operation takes none. */
  readonly body: string | undefined;
}

type Parameter = Operation["parameters"][number];

/** What the operation's document allows for a parameter, as text. */
const validParameter = ({ name, schema }: Parameter): fc.Arbitrary<string> => {
  const made = arbitraryOf(schema, contract.resolve).map(String);
  return name === "order_id" ? fc.oneof(fc.constant(placed), made) : made;
};

/** Text that the document does not allow; nothing that a URL or a header could not carry, or that makes another path of it. */
const invalidParameter = ({ in: where, schema }: Parameter): fc.Arbitrary<string> => {
  const { minimum = 0, maximum = 0 } = schema;
  const beyond = [minimum - 1, minimum - 2, maximum + 1, maximum * 2].map(String);
  const text =
    where === "header"
      ? fc.oneof(fc.constantFrom("two,keys", "with space", "x".repeat(256)), fc.string({ unit: "grapheme-ascii" }))
      : fc.oneof(fc.constantFrom(...beyond, "1.5", "0x1", "x".repeat(300)), fc.string({ unit: "grapheme" }));
  const value = (given: string): unknown => (schema.type === "integer" ? Number(given || "x") : given);
  return text.filter(
    (given) =>
      given === given.trim() && given !== "" && !/^\.+$|\//.test(given) && !contract.isValid(schema, value(given)),
  );
};

/** Values for the parameters that the operation needs, and for any of the others. */
const parametersOf = ({ parameters }: Operation): fc.Arbitrary<Readonly<Record<string, string>>> =>
  fc.record(Object.fromEntries(parameters.map((parameter) => [parameter.name, validParameter(parameter)])), {
    requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name),
  });

const bodySchema = ({ requestBody }: Operation) => requestBody?.content["application/json"]?.schema;

const validRequest = (operation: Operation): fc.Arbitrary<ApiRequest> => {
  const schema = bodySchema(operation);
  const body = schema === undefined ? fc.constant(undefined) : arbitraryOf(schema, contract.resolve);
  return fc.record({
    parameters: parametersOf(operation),
    body: body.map((json) => (json === undefined ? undefined : JSON.stringify(json))),
  });
};

/** Requests that are wrong in one place: the body, or one of the parameters. */
const invalidRequests = (operation: Operation): readonly fc.Arbitrary<ApiRequest>[] => {
  const schema = bodySchema(operation);
  const wrongBodies =
    schema === undefined
      ? []
      : [
          nearMiss(arbitraryOf(schema, contract.resolve))
            .map((json) => JSON.stringify(json))
            // What the server reads is what the text says, which may differ from what was made: -0, 1e999.
            .filter((body) => !contract.isValid(schema, JSON.parse(body)))
            .map((body) => ({ parameters: {}, body })),
          fc
            .constantFrom("", "{", '{"item":"Pen","quantity":1', "\u0000", "NaN")
            .map((body) => ({ parameters: {}, body })),
        ];
  const wrongParameters = operation.parameters
    // Every text may be a cursor, as far as the document goes.
    .filter(({ schema: { type, pattern, format, maxLength } }) => type !== "string" || (pattern ?? format ?? maxLength))
    .map((wrong) => {
      // Without the optional ones, so that nothing else can be the reason for the refusal.
      const needed = operation.parameters.filter(({ required }) => required);
      return fc
        .tuple(validRequest({ ...operation, parameters: needed }), invalidParameter(wrong))
        .map(([request, value]) => ({ ...request, parameters: { ...request.parameters, [wrong.name]: value } }));
    });
  return [...wrongBodies, ...wrongParameters];
};

const send = (
  operation: Operation,
  { parameters, body }: ApiRequest,
  token = started.host.token,
): Promise<Response> => {
  const given = operation.parameters.filter(({ name }) => name in parameters);
  const textOf = (name: string): string => parameters[name] ?? "";
  const path = given
    .filter((parameter) => parameter.in === "path")
    .reduce((text, { name }) => text.replace(`{${name}}`, encodeURIComponent(textOf(name))), operation.path);
  const query = new URLSearchParams(
    given.filter((parameter) => parameter.in === "query").map(({ name }): [string, string] => [name, textOf(name)]),
  );
  const headers = given
    .filter((parameter) => parameter.in === "header")
    .map(({ name }): [string, string] => [name, textOf(name)]);
  return fetch(`${started.host.api}${path}?${query}`, {
    method: operation.method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...Object.fromEntries(headers),
    },
    ...(body === undefined ? {} : { body }),
  });
};

const operationNames = ["placeOrder", "listOrders", "getOrder", "cancelOrder", "health", "describeApi"];

const operationOf = (name: string): Operation => {
  const found = contract.operations.find(({ operationId }) => operationId === name);
  if (found === undefined) throw new Error(`There is no operation ${name}.`);
  return found;
};

/** Refusals of a request that is well formed: they depend on what there is. */
const byState: Readonly<Record<string, readonly number[]>> = {
  // A made-up cursor is refused as one that was not given out.
  listOrders: [400],
  getOrder: [404],
  cancelOrder: [404, 409],
};

it("drives every operation that the document has", () => {
  expect(contract.operations.map(({ operationId }) => operationId)).toEqual(operationNames);
});

describe.each(operationNames)("%s", (name) => {
  it("does what the document allows, and answers as it says", async () => {
    const operation = operationOf(name);
    await fc.assert(
      fc.asyncProperty(validRequest(operation), fc.uuid(), async (request, key) => {
        // A key that comes twice would be another order under it.
        const unique = "Idempotency-Key" in request.parameters ? { "Idempotency-Key": key } : {};
        const response = await send(operation, { ...request, parameters: { ...request.parameters, ...unique } });
        expect(await contract.breaches(operation, response)).toEqual([]);
        expect([200, 201, ...(byState[name] ?? [])]).toContain(response.status);
      }),
      { numRuns: operation.security.length === 0 ? 3 : numRuns, seed },
    );
  });

  it("refuses what the document does not allow, as the document says, and never fails by it", async () => {
    const operation = operationOf(name);
    for (const invalid of invalidRequests(operation)) {
      await fc.assert(
        fc.asyncProperty(invalid, async (request) => {
          const response = await send(operation, request);
          expect(await contract.breaches(operation, response)).toEqual([]);
          expect(response.status).toBeGreaterThanOrEqual(400);
          expect(response.status).toBeLessThan(500);
        }),
        { numRuns, seed },
      );
    }
  });

  it("without a token is refused where the document asks for one, and only there", async () => {
    const operation = operationOf(name);
    const [request = { parameters: {}, body: undefined }] = fc.sample(validRequest(operation), { numRuns: 1, seed });
    const response = await send(operation, request, "");
    expect(await contract.breaches(operation, response)).toEqual([]);
    expect(response.status).toBe(operation.security.length === 0 ? 200 : 401);
  });
});
