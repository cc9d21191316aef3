import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { HostEvents } from "../../kernel/host-events";
import { type Engine, startEngine } from "./engine";
import type { EngineKind } from "./engine-program";
import { provisionTable, TableDiffers } from "./provision-table";
import { StreamLog } from "./stream-log";
import { StreamMirror } from "./stream-mirror";
import type { TableDeclaration } from "./table-declaration";

export interface RunningEngine {
  readonly engine: Engine;
  readonly log: StreamLog;
  /** Copies the streams of an engine that keeps no log of its own. */
  readonly mirror?: StreamMirror;
}

export interface SupervisedEngineOptions {
  /** Where its data is kept. */
  readonly folder: string;
  readonly tables: readonly TableDeclaration[];
  readonly events: HostEvents;
  /** Default: the one that suits this machine. */
  readonly wanted: EngineKind | undefined;
}

/** The engine with every declared table: on a new folder when its data does not allow that, and started again when it ends. */
export class SupervisedEngine {
  private readonly options: SupervisedEngineOptions;
  private present: RunningEngine | undefined;

  constructor(options: SupervisedEngineOptions) {
    this.options = options;
  }

  /** @throws Error before the start and after the stop */
  get running(): RunningEngine {
    if (this.present === undefined) throw new Error("the DynamoDB engine is not running");
    return this.present;
  }

  get mirror(): StreamMirror | undefined {
    return this.present?.mirror;
  }

  /** @throws Error when the tables cannot be made in an empty folder either */
  async start(): Promise<void> {
    const reason = await this.open();
    if (reason === undefined) return;
    this.keepAside(reason);
    const again = await this.open();
    if (again === undefined) return;
    throw new Error(`the tables cannot be made in the empty folder ${this.options.folder}: ${again}`);
  }

  /** From now on starts an engine that ends by itself again, on the same data. Meanwhile requests get a 500, which SDKs retry. */
  watch(): void {
    const { events } = this.options;
    const { engine } = this.running;
    engine.ended
      .then(async (lastWords) => {
        if (this.present?.engine !== engine) return;
        events.publish({ level: "error", resource: "dynamodb", what: "engine ended", detail: { lastWords } });
        this.present.log.close();
        this.present.mirror?.close();
        const reason = await this.open();
        if (reason !== undefined) throw new Error(reason);
        this.watch();
        events.publish({ level: "info", resource: "dynamodb", what: "engine started again" });
      })
      .catch((error) =>
        events.publish({
          level: "error",
          resource: "dynamodb",
          what: "engine could not be started again",
          detail: { reason: String(error) },
        }),
      );
  }

  async stop(): Promise<void> {
    const { engine, log, mirror } = this.present ?? {};
    this.present = undefined;
    log?.close();
    mirror?.close();
    await engine?.stop();
  }

  /** Starts the engine with every table as declared. Resolves to the reason when the data on disk does not allow that. */
  private async open(): Promise<string | undefined> {
    const { folder, tables, wanted } = this.options;
    let engine: Engine | undefined;
    try {
      engine = await startEngine(folder, wanted);
      for (const table of tables) await provisionTable(engine, table);
      const mirror = engine.kind === "dynamodb-local" ? new StreamMirror(engine) : undefined;
      this.present = { engine, log: new StreamLog(engine.logFile), ...(mirror === undefined ? {} : { mirror }) };
      for (const { name, streamArn } of tables) if (streamArn !== undefined) await mirror?.pull(name);
      return undefined;
    } catch (error) {
      await engine?.stop();
      const damaged = engine === undefined && existsSync(join(folder, "tables.sqlite"));
      if (!(error instanceof TableDiffers) && !damaged && !isSqliteError(error)) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }

  private keepAside(reason: string): void {
    const { folder, events } = this.options;
    const kept = `${folder}.kept-${new Date().toISOString().replaceAll(":", "-")}`;
    renameSync(folder, kept);
    events.publish({ level: "warn", resource: folder, what: "began with empty tables", detail: { reason, kept } });
  }
}

const isSqliteError = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
