import { join } from "node:path";
import type { ActionService } from "../../kernel/endpoint/aws-service";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceHost } from "../../kernel/resource-host";
import { DynamodbService } from "./dynamodb-service";
import type { EngineKind } from "./engine-program";
import { expireItems } from "./expire-items";
import { tableType } from "./resource-types";
import { StreamWakeups } from "./stream-wakeups";
import { SupervisedEngine } from "./supervised-engine";
import { tableDeclaration } from "./table-declaration";
import { TableStreams } from "./table-stream";
import { undeclaredNames, undeclaredTable } from "./undeclared-tables";
import { WriteLimits } from "./write-limits";

/** Milliseconds. AWS removes expired items within days; here within seconds, so that it can be seen. */
const expiryInterval = 10_000;

/** Milliseconds. Finding what is older than 24 hours walks the whole log of changes. */
const trimInterval = 60 * 60 * 1_000;

export interface DynamodbHost extends ResourceHost {
  readonly service: ActionService;
  readonly streams: TableStreams;
  /** Removes expired items now; the host does it every ten seconds. */
  expire(): Promise<void>;
}

/**
 * The program's DynamoDB tables, on an embedded engine.
 * @param wanted the engine to use. Default: the one that suits this machine
 */
export const dynamodbHost = (context: HostContext, wanted?: EngineKind): DynamodbHost => {
  const tables = tableType.in(context.graph).map(tableDeclaration);
  const partitionKeys = new Map(tables.map(({ name, keySchema }) => [name, keySchema[0]?.AttributeName]));
  const wakeups = new StreamWakeups();
  const supervised = new SupervisedEngine({
    folder: join(context.dataDir, "dynamodb"),
    tables,
    events: context.events,
    wanted,
  });
  let expiry: NodeJS.Timeout | undefined;
  let trimmedAt = Date.now();
  const streams = new TableStreams(() => supervised.running.log, wakeups);
  const service = new DynamodbService({
    region: context.graph.region,
    accountId: context.graph.accountId,
    access: context.access,
    engine: () => supervised.running.engine,
    streams,
    written: (table) => written(table),
    changed: (table, streamBegins) => follow(table, streamBegins),
    partitionKeyOf: (table) => partitionKeys.get(table),
    limits: new WriteLimits(() => context.clock.now()),
    throttled: (TableName, Operation) => {
      const metric = (name: string, dimensions: Readonly<Record<string, string>>): void =>
        context.calls.recordMetric("AWS/DynamoDB", name, dimensions, 1, "Count");
      metric("WriteThrottleEvents", { TableName });
      metric("ThrottledRequests", { TableName, Operation });
      context.events.publish({ level: "warn", resource: TableName, what: "throttled", detail: { action: Operation } });
    },
  });

  /** Wakes the readers of a table's stream, once the log they read has what was written. */
  const written = (table: string): void => {
    const copied = supervised.mirror?.pull(table);
    if (copied === undefined) {
      wakeups.wake(table);
      return;
    }
    copied.then(
      () => wakeups.wake(table),
      (error) =>
        context.events.publish({
          level: "error",
          resource: table,
          what: "could not copy the stream",
          detail: { error: String(error) },
        }),
    );
  };

  const declared = new Set(tables.map(({ name }) => name));
  const arnPrefix = `arn:aws:dynamodb:${context.graph.region}:${context.graph.accountId}:`;

  /** Takes up the stream and the key of a table that a call has made; those of a declared one are as declared. */
  const follow = async (name: string, streamBegins: boolean): Promise<void> => {
    if (declared.has(name)) return;
    const { engine, log, mirror } = supervised.running;
    const table = await undeclaredTable(engine, name, arnPrefix);
    partitionKeys.set(name, table?.partitionKey);
    streams.remove(name);
    if (streamBegins) mirror?.forget(name);
    if (table?.stream === undefined) return;
    const { streamArn, viewType } = table.stream;
    if (streamBegins) log.begin(streamArn, name);
    streams.add({ streamArn, tableName: name, region: context.graph.region, viewType, since: log.startOf(streamArn) });
  };

  const expireAll = async (): Promise<void> => {
    const { engine, log } = supervised.running;
    if (Date.now() - trimmedAt > trimInterval) {
      log.trim();
      trimmedAt = Date.now();
    }
    // DynamoDB Local removes expired items by itself.
    if (engine.kind === "dynamodb-local") return;
    for (const table of tables) if ((await expireItems(engine, log, table)) > 0) written(table.name);
  };

  return {
    service,
    streams,
    expire: expireAll,
    start: async () => {
      await supervised.start();
      for (const { streamArn, streamViewType, name } of tables) {
        if (streamArn === undefined || streamViewType === undefined) continue;
        streams.add({ streamArn, tableName: name, region: context.graph.region, viewType: streamViewType });
      }
      for (const name of await undeclaredNames(supervised.running.engine, declared)) await follow(name, false);
      supervised.watch();
      expiry = setInterval(() => {
        expireAll().catch((error) =>
          context.events.publish({
            level: "error",
            resource: "dynamodb",
            what: "could not remove expired items",
            detail: { error: String(error) },
          }),
        );
      }, expiryInterval);
      expiry.unref();
    },
    stop: async () => {
      clearInterval(expiry);
      await supervised.stop();
    },
  };
};
