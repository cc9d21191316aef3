import type { HostContext } from "../../kernel/host-context";
import type { FunctionDefinition } from "./function-definition";

/** What Lambda does in a function's name besides running it. */
export interface RolePermissions {
  /** Whether a line may be written to the function's log group; it is lost when not, as on AWS. */
  mayLog(): boolean;
  /** Whether the function's segments may be sent; if not, AWS drops them, and the invocation continues. */
  maySendTrace(): boolean;
}

/** A log group that a function's lines may go to, and the trace store, as its role's policy has it at each moment. */
export const rolePermissions = (
  { graph, access, events }: Pick<HostContext, "graph" | "access" | "events">,
  { name, roleArn, logGroup, activeTracing }: FunctionDefinition,
): RolePermissions => {
  const principal = { kind: "role", roleArn, actor: name } as const;
  const logStream = `arn:aws:logs:${graph.region}:${graph.accountId}:log-group:${logGroup}:log-stream:local`;
  let said = "";

  const allowed = (actions: readonly string[], resourceArn: string, without: string): boolean => {
    try {
      for (const action of actions) access.check({ principal, action, resourceArn });
      return true;
    } catch (error) {
      const detail = { logGroup, error: String(error) };
      if (said !== detail.error) events.publish({ level: "warn", resource: name, what: without, detail });
      said = detail.error;
      return false;
    }
  };

  return {
    mayLog: () => allowed(["logs:CreateLogStream", "logs:PutLogEvents"], logStream, "may not log"),
    maySendTrace: () =>
      activeTracing && allowed(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*", "may not trace"),
  };
};
