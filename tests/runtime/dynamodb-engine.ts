import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { anyFreePort } from "pulumi-local-host/port";
import { awsAt } from "pulumi-local-host/testing/stub-service";

export interface DynamodbEngine extends AsyncDisposable {
  readonly client: DynamoDBClient;
  /** Makes an empty orders table, as the stack declares it. */
  createOrdersTable(name: string): Promise<void>;
}

/** Path of the embedded DynamoDB; undefined on a platform that has no build of it. */
export const dynamodbBinary = (): string | undefined => {
  try {
    return require.resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
  } catch {
    return undefined;
  }
};

export const dynamodbEngine = async (binary: string): Promise<DynamodbEngine> => {
  const port = await anyFreePort();
  const engine = spawn(binary, ["serve", "--port", String(port)], { stdio: "ignore" });
  // Refused connections while it starts are tried again.
  const client = new DynamoDBClient({ ...awsAt(`http://127.0.0.1:${port}`), maxAttempts: 1 });
  await answering(client, engine);

  return {
    client,
    createOrdersTable: async (name) => {
      await client.send(createOrdersTable(name));
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      const ended = once(engine, "exit");
      engine.kill();
      await ended;
    },
  };
};

const answering = async (client: DynamoDBClient, engine: ChildProcess): Promise<void> => {
  while (engine.exitCode === null) {
    const answered = await client.send(new ListTablesCommand()).catch(() => undefined);
    if (answered !== undefined) return;
  }
  throw new Error(`the embedded DynamoDB ended with ${engine.exitCode} before it answered`);
};

const createOrdersTable = (name: string): CreateTableCommand =>
  new CreateTableCommand({
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "order_id", KeyType: "HASH" }],
    AttributeDefinitions: ["order_id", "customer_id", "created_at", "open_shard"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S",
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-customer",
        KeySchema: [
          { AttributeName: "customer_id", KeyType: "HASH" },
          { AttributeName: "created_at", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
      {
        IndexName: "open-orders",
        KeySchema: [
          { AttributeName: "open_shard", KeyType: "HASH" },
          { AttributeName: "created_at", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  });
