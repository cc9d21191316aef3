import type { InvocationOutcome } from "./execution-environment";
import type { FunctionDefinition } from "./function-definition";

export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  /** Set for the first event of an environment. */
  readonly initMs?: number;
  readonly outcome: InvocationOutcome;
}

const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** The lines that AWS writes to a function's log group, in the function's log format. */
export class InvocationLog {
  private readonly definition: FunctionDefinition;
  private readonly write: (line: string) => void;

  constructor(definition: FunctionDefinition, write: (line: string) => void) {
    this.definition = definition;
    this.write = write;
  }

  /** A line of the function itself. In JSON format the lines below the application's log level are dropped. */
  application(line: string): void {
    const least = this.definition.applicationLogLevel;
    if (least !== undefined && line.startsWith("{")) {
      const level = /"level":"(\w+)"/.exec(line)?.[1]?.toUpperCase();
      if (level !== undefined && levels.includes(level) && levels.indexOf(level) < levels.indexOf(least)) return;
    }
    this.write(line);
  }

  started(requestId: string): void {
    if (this.definition.logFormat === "Text") this.write(`START RequestId: ${requestId} Version: $LATEST`);
    else this.platform("platform.start", { requestId, version: "$LATEST" });
  }

  ended(report: InvocationReport): void {
    const { requestId, outcome } = report;
    if (outcome.kind === "failed" && outcome.platformLine !== undefined) this.write(outcome.platformLine);
    const duration = report.durationMs.toFixed(2);
    const billed = Math.ceil(report.durationMs + (report.initMs ?? 0));
    const memory = this.definition.memoryMb;
    if (this.definition.logFormat === "JSON") {
      const failed = outcome.kind === "failed";
      this.platform("platform.report", {
        requestId,
        metrics: {
          durationMs: Number(duration),
          billedDurationMs: billed,
          memorySizeMB: memory,
          maxMemoryUsedMB: outcome.maxMemoryMb,
          ...(report.initMs !== undefined && { initDurationMs: Number(report.initMs.toFixed(2)) }),
        },
        status: failed ? (outcome.status === "timeout" ? "timeout" : "error") : "success",
        ...(failed && { errorType: outcome.errorType }),
      });
      return;
    }
    this.write(`END RequestId: ${requestId}`);
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${duration} ms`,
      `Billed Duration: ${billed} ms`,
      `Memory Size: ${memory} MB`,
      `Max Memory Used: ${outcome.maxMemoryMb} MB`,
    ];
    if (report.initMs !== undefined) parts.push(`Init Duration: ${report.initMs.toFixed(2)} ms`);
    if (outcome.kind === "failed" && outcome.platformLine !== undefined) {
      parts.push(`Status: ${outcome.status}`);
      if (outcome.status === "error") parts.push(`Error Type: ${outcome.errorType}`);
    }
    this.write(`${parts.join("\t")}\t`);
  }

  initFailed(initMs: number, errorType: string, status: "error" | "timeout"): void {
    if (this.definition.logFormat === "Text") {
      const words = `INIT_REPORT Init Duration: ${initMs.toFixed(2)} ms\tPhase: init\tStatus: ${status}`;
      this.write(status === "error" ? `${words}\tError Type: ${errorType}` : words);
      return;
    }
    this.platform("platform.initReport", {
      initializationType: "on-demand",
      phase: "init",
      status,
      errorType,
      metrics: { durationMs: Number(initMs.toFixed(2)) },
    });
  }

  private platform(type: string, record: Readonly<Record<string, unknown>>): void {
    // Start and report lines are of level INFO: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    if (this.definition.systemLogLevel === "WARN") return;
    this.write(JSON.stringify({ time: new Date().toISOString(), type, record }));
  }
}
