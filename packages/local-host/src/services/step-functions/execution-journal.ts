import type { DatabaseSync } from "node:sqlite";

export interface AcceptedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

/** Asynchronous executions that were accepted and have not ended, on disk: Express runs each at least once. */
export class ExecutionJournal {
  private readonly database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.database = database;
    database.exec(`CREATE TABLE IF NOT EXISTS executions (
      execution_arn TEXT PRIMARY KEY, state_machine_arn TEXT NOT NULL, name TEXT NOT NULL, input TEXT NOT NULL) STRICT`);
  }

  accept({ executionArn, stateMachineArn, name, input }: AcceptedExecution): void {
    this.database
      .prepare("INSERT OR REPLACE INTO executions (execution_arn, state_machine_arn, name, input) VALUES (?, ?, ?, ?)")
      .run(executionArn, stateMachineArn, name, input);
  }

  ended(executionArn: string): void {
    if (!this.database.isOpen) return;
    this.database.prepare("DELETE FROM executions WHERE execution_arn = ?").run(executionArn);
  }

  unfinished(): readonly AcceptedExecution[] {
    return this.database
      .prepare("SELECT execution_arn, state_machine_arn, name, input FROM executions ORDER BY rowid")
      .all()
      .map((row) => ({
        executionArn: String(row["execution_arn"]),
        stateMachineArn: String(row["state_machine_arn"]),
        name: String(row["name"]),
        input: String(row["input"]),
      }));
  }

  close(): void {
    this.database.close();
  }
}
