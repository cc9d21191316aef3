import * as z from "zod";

/** A request may have anything in the place of a text, an object without a usable toString among it. */
const asText = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);

/** What one request needs to be allowed: an IAM action on a table, an index or a stream. */
export interface RequestedAccess {
  readonly action: string;
  readonly table: string;
  readonly index?: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

type Input = Readonly<Record<string, unknown>>;

const writes = new Set(["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"]);

export const isWrite = (action: string): boolean => writes.has(action);

const objectOf = (value: unknown): Input =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** An ARN is allowed where a table's name is. */
export const tableNameOf = (nameOrArn: unknown): string => {
  const text = asText(nameOrArn);
  return text.startsWith("arn:") ? (text.split("/")[1] ?? text) : text;
};

const keywords = new Set(
  (
    "SET REMOVE ADD DELETE AND OR NOT BETWEEN IN if_not_exists list_append " +
    "attribute_exists attribute_not_exists attribute_type begins_with contains size"
  ).split(" "),
);

/** Top-level attributes an expression names. */
const attributesIn = (expression: unknown, names: Input): readonly string[] =>
  (asText(expression).match(/(?<![:.\w#])[#A-Za-z_][\w]*/g) ?? [])
    .filter((token) => !keywords.has(token) && !keywords.has(token.toUpperCase()))
    .map((token) => asText(names[token] ?? token));

const expressions = [
  "UpdateExpression",
  "ConditionExpression",
  "ProjectionExpression",
  "FilterExpression",
  "KeyConditionExpression",
];

/** The condition keys dynamodb:Attributes, LeadingKeys, ReturnValues and Select, as far as the request tells them. */
const contextOf = (input: Input, partitionKey: string | undefined): RequestedAccess["context"] => {
  const names = objectOf(input["ExpressionAttributeNames"]);
  const item = objectOf(input["Item"]);
  const key = objectOf(input["Key"]);
  const attributes = new Set([...Object.keys(item), ...Object.keys(key)]);
  for (const expression of expressions) for (const name of attributesIn(input[expression], names)) attributes.add(name);
  const leading =
    partitionKey === undefined ? undefined : Object.values(objectOf(item[partitionKey] ?? key[partitionKey]))[0];
  return {
    ...(attributes.size === 0 ? {} : { "dynamodb:Attributes": [...attributes] }),
    ...(leading === undefined ? {} : { "dynamodb:LeadingKeys": [asText(leading)] }),
    ...(typeof input["ReturnValues"] === "string" ? { "dynamodb:ReturnValues": input["ReturnValues"] } : {}),
    ...(typeof input["Select"] === "string" ? { "dynamodb:Select": input["Select"] } : {}),
  };
};

const transactionActions: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

const transactItems = z.array(z.record(z.string(), z.unknown())).catch([]);

/** The accesses of a request; for a batch or a transaction several. */
export const requestedAccesses = (
  action: string,
  input: Input,
  partitionKeyOf: (table: string) => string | undefined,
): readonly RequestedAccess[] => {
  if (action === "BatchGetItem" || action === "BatchWriteItem") {
    return Object.keys(objectOf(input["RequestItems"])).map((table) => ({
      action: `dynamodb:${action}`,
      table: tableNameOf(table),
      context: {},
    }));
  }
  if (action === "TransactWriteItems" || action === "TransactGetItems") {
    return transactItems.parse(input["TransactItems"]).flatMap((entry) =>
      Object.entries(entry).map(([kind, operation]) => {
        const table = tableNameOf(objectOf(operation)["TableName"]);
        return {
          action: `dynamodb:${transactionActions[kind] ?? kind}`,
          table,
          context: contextOf(objectOf(operation), partitionKeyOf(table)),
        };
      }),
    );
  }
  const table = tableNameOf(input["TableName"] ?? input["ResourceArn"]);
  const index = input["IndexName"];
  return [
    {
      action: `dynamodb:${action}`,
      table,
      ...(typeof index === "string" ? { index } : {}),
      context: contextOf(input, partitionKeyOf(table)),
    },
  ];
};
