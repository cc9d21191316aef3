import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Engine } from "./engine";
import type { IndexDeclaration, TableDeclaration } from "./table-declaration";

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const index = z.object({
  IndexName: z.string(),
  IndexStatus: z.string().optional(),
  KeySchema: keySchema,
  Projection: z.record(z.string(), z.unknown()),
});
const description = z.object({
  Table: z.object({
    TableStatus: z.string().optional(),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z.array(index).default([]),
    LocalSecondaryIndexes: z.array(index).default([]),
    StreamSpecification: z.object({ StreamEnabled: z.boolean(), StreamViewType: z.string().optional() }).optional(),
    LatestStreamArn: z.string().optional(),
    DeletionProtectionEnabled: z.boolean().default(false),
    AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  }),
});

/** The stored table cannot become the declared one: AWS would replace it. */
export class TableDiffers extends Error {
  override readonly name = "TableDiffers";
}

const call = async (engine: Engine, action: string, input: unknown): Promise<unknown> => {
  const answer = await engine.send(`DynamoDB_20120810.${action}`, JSON.stringify(input));
  const output: unknown = JSON.parse(answer.body.toString() || "{}");
  if (answer.status === 200) return output;
  throw new Error(`${action} of the DynamoDB engine: ${answer.body.toString()} for ${JSON.stringify(input)}`);
};

const createInput = (table: TableDeclaration) => ({
  TableName: table.name,
  KeySchema: table.keySchema,
  AttributeDefinitions: table.attributeDefinitions,
  BillingMode: "PAY_PER_REQUEST",
  ...(table.globalIndexes.length > 0 ? { GlobalSecondaryIndexes: table.globalIndexes } : {}),
  ...(table.localIndexes.length > 0 ? { LocalSecondaryIndexes: table.localIndexes } : {}),
  ...(table.streamViewType === undefined
    ? {}
    : { StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType } }),
  DeletionProtectionEnabled: table.deletionProtection,
});

const byName = (indexes: readonly IndexDeclaration[]) =>
  Object.fromEntries(indexes.map(({ IndexName, KeySchema, Projection }) => [IndexName, { KeySchema, Projection }]));

/** A table as the engine has it; undefined when it has none of that name. */
export const describeTable = async (engine: Engine, name: string) => {
  const answer = await engine.send("DynamoDB_20120810.DescribeTable", JSON.stringify({ TableName: name }));
  return answer.status === 200 ? description.parse(JSON.parse(answer.body.toString())).Table : undefined;
};

type Stored = NonNullable<Awaited<ReturnType<typeof describeTable>>>;

const assertSameKeys = (table: TableDeclaration, stored: Stored): void => {
  const typeOf = (definitions: readonly { AttributeName: string; AttributeType: string }[], name: string) =>
    definitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  const keys = (
    schema: readonly { AttributeName: string; KeyType: string }[],
    definitions: Stored["AttributeDefinitions"],
  ) =>
    schema.map((key) => `${key.AttributeName} (${key.KeyType}, ${typeOf(definitions, key.AttributeName)})`).join(", ");
  const declared = keys(table.keySchema, [...table.attributeDefinitions]);
  const existing = keys(stored.KeySchema, stored.AttributeDefinitions);
  if (declared !== existing) {
    throw new TableDiffers(`the stored table ${table.name} has the key ${existing}, the program declares ${declared}`);
  }
  if (
    !isDeepStrictEqual(
      byName(table.localIndexes),
      byName(stored.LocalSecondaryIndexes as unknown as IndexDeclaration[]),
    )
  ) {
    throw new TableDiffers(
      `the stored table ${table.name} has other local secondary indexes than the program declares`,
    );
  }
};

/** Global indexes, stream and protection can change in place, one index at a time, as on AWS. */
const updates = (table: TableDeclaration, stored: Stored): readonly object[] => {
  // Parsed above: an index of the engine's has the fields of a declaration.
  const existing = byName(stored.GlobalSecondaryIndexes as unknown as IndexDeclaration[]);
  const declared = byName(table.globalIndexes);
  const stale = Object.keys(existing).filter((name) => !isDeepStrictEqual(existing[name], declared[name]));
  const missing = table.globalIndexes.filter(
    ({ IndexName }) => !isDeepStrictEqual(existing[IndexName], declared[IndexName]),
  );
  const storedView =
    stored.StreamSpecification?.StreamEnabled === true ? stored.StreamSpecification.StreamViewType : undefined;
  const stream =
    storedView === table.streamViewType
      ? []
      : [
          ...(storedView === undefined ? [] : [{ StreamSpecification: { StreamEnabled: false } }]),
          ...(table.streamViewType === undefined
            ? []
            : [{ StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType } }]),
        ];
  return [
    ...stale.map((IndexName) => ({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })),
    ...missing.map((Create) => ({
      AttributeDefinitions: table.attributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create }],
    })),
    ...stream,
    ...(stored.DeletionProtectionEnabled === table.deletionProtection
      ? []
      : [{ DeletionProtectionEnabled: table.deletionProtection }]),
  ];
};

/**
 * Makes the engine's table what the program declares; items that are there stay.
 * @throws TableDiffers when that cannot be done without replacing the table
 */
export const provisionTable = async (engine: Engine, table: TableDeclaration): Promise<void> => {
  const stored = await describeTable(engine, table.name);
  if (stored === undefined) {
    await call(engine, "CreateTable", createInput(table));
  } else {
    assertSameKeys(table, stored);
    for (const update of updates(table, stored)) {
      await call(engine, "UpdateTable", { TableName: table.name, ...update });
      await untilActive(engine, table.name);
    }
  }
  if (table.timeToLiveAttribute !== undefined) await enableTimeToLive(engine, table.name, table.timeToLiveAttribute);
};

/** Milliseconds between two looks at a table that is being changed. */
const statusPoll = 20;

/** One change at a time: the next is refused while an index is being built. */
const untilActive = async (engine: Engine, name: string): Promise<void> => {
  for (;;) {
    const table = await describeTable(engine, name);
    const busy = table?.GlobalSecondaryIndexes.some(({ IndexStatus }) => IndexStatus !== "ACTIVE") === true;
    if (!busy && (table?.TableStatus ?? "ACTIVE") === "ACTIVE") return;
    await delay(statusPoll);
  }
};

const enableTimeToLive = async (engine: Engine, TableName: string, AttributeName: string): Promise<void> => {
  const answer = await engine.send("DynamoDB_20120810.DescribeTimeToLive", JSON.stringify({ TableName }));
  if (answer.body.includes('"ENABLED"')) return;
  await call(engine, "UpdateTimeToLive", { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName } });
};
