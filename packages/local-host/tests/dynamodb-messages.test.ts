import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expressionNames, syntaxErrorOf } from "../src/services/dynamodb/expression-syntax";
import { type HostedEndpoint, hostedEndpoint, thingsTable } from "./hosted-endpoint";

let host: HostedEndpoint;
beforeAll(async () => {
  host = await hostedEndpoint({ resources: () => [thingsTable()] });
});
afterAll(() => host.stop());

const call = async (action: string, input: object) => {
  const answer = await fetch(host.url, {
    method: "POST",
    headers: { "x-amz-target": `DynamoDB_20120810.${action}`, "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify(input),
  });
  const { __type: type, message } = (await answer.json()) as { __type: string; message: string };
  return { name: type.slice(type.indexOf("#") + 1), message };
};

const refused = (message: string) => ({ name: "ValidationException", message });
const item = { TableName: "things", Key: { id: { S: "absent" } } };
const values = { ExpressionAttributeValues: { ":v": { S: "x" } } };

describe("an expression that is none", () => {
  it.each([
    ["SET", "<EOF>", "SET"],
    ["SET a", "<EOF>", "a"],
    ["SET a = :v,", "<EOF>", ","],
    ["SET a = :v REMOVE", "<EOF>", "REMOVE"],
    ["INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"],
    ["ADD  SET #createdAt = :v", "SET", "ADD  SET #createdAt"],
    ["SET path = VALUE 1", "1", "VALUE 1"],
    ['SET NewAttr = {"NULL": true}', "{", '= {"'],
    ["SET _123 = :v", "_", "SET _123"],
    ["SET a == :v", "=", "== :v"],
    ["SET a = :v)", ")", ":v)"],
    ["SET a[x] = :v", "x", "[x]"],
    ["SET größe = :v", "ö", "größ"],
  ])("as an update, %j, is refused at the token %s", async (UpdateExpression, token, near) => {
    expect(await call("UpdateItem", { ...item, UpdateExpression, ...values })).toEqual(
      refused(`Invalid UpdateExpression: Syntax error; token: "${token}", near: "${near}"`),
    );
  });

  it.each([
    ["foo", "<EOF>", "foo"],
    ["a = :v AND", "<EOF>", "AND"],
    ["contains(a, :v", "<EOF>", ":v"],
    ["attribute_not_exists(", "<EOF>", "("],
    ["NOT (a)", "<EOF>", ")"],
    ["a > now()", ")", "()"],
    ["attribute_exists([1])", "[", "([1"],
    ["a = :v)", ")", ":v)"],
    ["a b = :v", "b", "a b ="],
    ["a BETWEEN :v", "<EOF>", ":v"],
    ["a IN :v", ":v", "IN :v"],
  ])("as a condition, %j, is refused at the token %s", async (ConditionExpression, token, near) => {
    expect(await call("DeleteItem", { ...item, ConditionExpression, ...values })).toEqual(
      refused(`Invalid ConditionExpression: Syntax error; token: "${token}", near: "${near}"`),
    );
  });

  it.each([
    ["a,", "<EOF>", ","],
    ["a b", "b", "a b"],
    ["a[].b", "]", "[]."],
    ["!!!", "!", "!!"],
  ])("as a projection, %j, is refused at the token %s", async (ProjectionExpression, token, near) => {
    expect(await call("GetItem", { ...item, ProjectionExpression })).toEqual(
      refused(`Invalid ProjectionExpression: Syntax error; token: "${token}", near: "${near}"`),
    );
  });

  it("as a query's key is refused as any other", async () => {
    expect(await call("Query", { TableName: "things", KeyConditionExpression: "id :v", ...values })).toEqual(
      refused('Invalid KeyConditionExpression: Syntax error; token: ":v", near: "id :v"'),
    );
  });

  it("in a transaction is the request's error, not the reason of a cancellation", async () => {
    const Update = { ...item, UpdateExpression: "SET a", ...values };
    expect(await call("TransactWriteItems", { TransactItems: [{ Update }] })).toEqual(
      refused('Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "a"'),
    );
  });

  it("is none of these", () => {
    for (const [name, expression] of [
      [
        "UpdateExpression",
        "SET a.b[0].#c = if_not_exists(a, :z) + :v, d = (:v - e) remove f, g[1] ADD n :v DELETE s :v",
      ],
      ["UpdateExpression", "SET l = list_append(list_append(:v, l), m[3])"],
      ["ConditionExpression", "attribute_exists(a) AND NOT (b = :v OR size(c) > :z) and d BETWEEN :a AND :b"],
      ["FilterExpression", "(a) = (:v) OR b IN (:v, :z, c) or begins_with(#d, :v) AND contains(e[0], size(f))"],
      ["ProjectionExpression", "a, b.c, #d[1][2].e"],
    ] as const) {
      expect([expression, syntaxErrorOf(name, expression)]).toEqual([expression, undefined]);
    }
    expect(expressionNames).toHaveLength(5);
  });
});

describe("a placeholder that no expression uses", () => {
  const unused = refused("Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
  const condition = { ...item, ConditionExpression: "attribute_exists(id)", ...values };

  it.each([
    ["DeleteItem", condition],
    ["UpdateItem", { ...condition, UpdateExpression: "REMOVE a" }],
    ["PutItem", { ...condition, Item: item.Key }],
    ["TransactWriteItems", { TransactItems: [{ ConditionCheck: condition }] }],
    ["TransactWriteItems", { TransactItems: [{ Delete: condition }] }],
  ])("is refused by %s, whatever the condition comes to", async (action, input) => {
    expect(await call(action, input)).toEqual(unused);
  });

  it("does not matter where the expression is wrong in itself", async () => {
    expect(await call("DeleteItem", { ...condition, ConditionExpression: "id =" })).toEqual(
      refused('Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="'),
    );
    expect(await call("DeleteItem", { ...condition, ConditionExpression: "id = :w" })).toEqual(
      refused(
        "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :w",
      ),
    );
  });
});

describe("a request that does not fit the API's model", () => {
  const one = (message: string) => refused(`1 validation error detected: ${message}`);

  it.each([
    [{}, "Value null at 'requestItems' failed to satisfy constraint: Member must not be null"],
    [
      { RequestItems: {} },
      "Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      { RequestItems: { things: { Keys: [] } } },
      "Value at 'RequestItems.things.member.Keys' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
  ])("is refused in AWS's words: BatchGetItem of %j", async (input, message) => {
    expect(await call("BatchGetItem", input)).toEqual(one(message));
  });

  it("with two wrong enumerations is refused for the first alone by UpdateItem, for both by the others", async () => {
    const wrong = { ...item, ReturnValues: "X", ReturnConsumedCapacity: "Y" };
    const [returnValues, returnConsumedCapacity] = [
      "Value 'X' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
      "Value 'Y' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]",
    ];
    expect(await call("UpdateItem", wrong)).toEqual(one(returnValues));
    expect(await call("DeleteItem", wrong)).toEqual(
      refused(`2 validation errors detected: ${returnConsumedCapacity}; ${returnValues}`),
    );
  });
});
