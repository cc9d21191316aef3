import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { ActionService } from "../../kernel/endpoint/aws-service";
import type { HostContext } from "../../kernel/host-context";
import type { ResourceHost } from "../../kernel/resource-host";
import { DynamodbService } from "./dynamodb-service";
import { type Engine, startEngine } from "./engine";
import type { EngineKind } from "./engine-program";
import { expireItems } from "./expire-items";
import { provisionTable, TableDiffers } from "./provision-table";
import { tableType } from "./resource-types";
import { StreamLog } from "./stream-log";
import { StreamMirror } from "./stream-mirror";
import { StreamWakeups } from "./stream-wakeups";
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
 * @param wanted the engine to use; by default the one that suits this machine
 */
export const dynamodbHost = (context: HostContext, wanted?: EngineKind): DynamodbHost => {
  const tables = tableType.in(context.graph).map(tableDeclaration);
  const partitionKeys = new Map(tables.map(({ name, keySchema }) => [name, keySchema[0]?.AttributeName]));
  const wakeups = new StreamWakeups();
  let running: { readonly engine: Engine; readonly log: StreamLog; readonly mirror?: StreamMirror } | undefined;
  let expiry: NodeJS.Timeout | undefined;
  let trimmedAt = Date.now();
  const started = () => {
    if (running === undefined) throw new Error("the DynamoDB engine is not running");
    return running;
  };
  const streams = new TableStreams(() => started().log, wakeups);
  const service = new DynamodbService({
    region: context.graph.region,
    accountId: context.graph.accountId,
    access: context.access,
    engine: () => started().engine,
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

  const folder = join(context.dataDir, "dynamodb");

  /** Wakes the readers of a table's stream, once the log they read has what was written. */
  const written = (table: string): void => {
    const copied = running?.mirror?.pull(table);
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
    const { engine, log, mirror } = started();
    const table = await undeclaredTable(engine, name, arnPrefix);
    partitionKeys.set(name, table?.partitionKey);
    streams.remove(name);
    if (streamBegins) mirror?.forget(name);
    if (table?.stream === undefined) return;
    const { streamArn, viewType } = table.stream;
    if (streamBegins) log.begin(streamArn, name);
    streams.add({ streamArn, tableName: name, region: context.graph.region, viewType, since: log.startOf(streamArn) });
  };

  const keepAside = (reason: string): void => {
    const kept = `${folder}.kept-${new Date().toISOString().replaceAll(":", "-")}`;
    renameSync(folder, kept);
    context.events.publish({
      level: "warn",
      resource: folder,
      what: "began with empty tables",
      detail: { reason, kept },
    });
  };

  /** Engine with every table as declared, or the reason why the data on disk does not allow that. */
  const open = async (): Promise<string | undefined> => {
    let engine: Engine | undefined;
    try {
      engine = await startEngine(folder, wanted);
      for (const table of tables) await provisionTable(engine, table);
      const mirror = engine.kind === "dynamodb-local" ? new StreamMirror(engine) : undefined;
      running = { engine, log: new StreamLog(engine.logFile), ...(mirror === undefined ? {} : { mirror }) };
      for (const { name, streamArn } of tables) if (streamArn !== undefined) await mirror?.pull(name);
      return undefined;
    } catch (error) {
      await engine?.stop();
      const damaged = engine === undefined && existsSync(join(folder, "tables.sqlite"));
      if (!(error instanceof TableDiffers) && !damaged && !isSqliteError(error)) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  };

  /** An engine that ends by itself is started again on the same data; meanwhile requests get a 500, which SDKs repeat. */
  const watch = (engine: Engine): void => {
    engine.ended
      .then(async (lastWords) => {
        if (running?.engine !== engine) return;
        context.events.publish({ level: "error", resource: "dynamodb", what: "engine ended", detail: { lastWords } });
        running.log.close();
        running.mirror?.close();
        const reason = await open();
        if (reason !== undefined) throw new Error(reason);
        watch(started().engine);
        context.events.publish({ level: "info", resource: "dynamodb", what: "engine started again" });
      })
      .catch((error) =>
        context.events.publish({
          level: "error",
          resource: "dynamodb",
          what: "engine could not be started again",
          detail: { reason: String(error) },
        }),
      );
  };

  const expireAll = async (): Promise<void> => {
    const { engine, log } = started();
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
      const reason = await open();
      if (reason !== undefined) {
        keepAside(reason);
        const again = await open();
        if (again !== undefined) throw new Error(`the tables cannot be made in the empty folder ${folder}: ${again}`);
      }
      for (const { streamArn, streamViewType, name } of tables) {
        if (streamArn === undefined || streamViewType === undefined) continue;
        streams.add({ streamArn, tableName: name, region: context.graph.region, viewType: streamViewType });
      }
      for (const name of await undeclaredNames(started().engine, declared)) await follow(name, false);
      watch(started().engine);
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
      const { engine, log, mirror } = running ?? {};
      running = undefined;
      log?.close();
      mirror?.close();
      await engine?.stop();
    },
  };
};

const isSqliteError = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
