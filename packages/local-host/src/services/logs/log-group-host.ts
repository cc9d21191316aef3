import { join } from "node:path";
import * as z from "zod";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { type JsonAction, jsonService } from "../../kernel/endpoint/json-service";
import type { ServiceCalls } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import { identityOf } from "../../kernel/program/identity-of";
import type { ResourceHost } from "../../kernel/resource-host";
import { LogFile, type LoggedLine } from "./log-file";
import { logGroupType } from "./resource-types";

export interface LogLine extends LoggedLine {
  readonly logGroup: string;
}

export interface LogGroupOptions {
  /** Size at which a group's file is rotated, in bytes; one older file is kept. Default 10 MB. */
  readonly limitBytes?: number;
}

interface LogGroup {
  readonly arn: string;
  readonly file: LogFile;
  readonly retentionInDays?: number;
}

const filterInput = z.object({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  startTime: z.number().optional(),
  endTime: z.number().optional(),
  filterPattern: z.string().default(""),
  limit: z.number().int().min(1).max(10_000).default(10_000),
});
const describeInput = z.object({ logGroupNamePrefix: z.string().default("") });

export interface LogGroupHost extends ResourceHost {
  readonly service: ActionService;
  readonly calls: Pick<ServiceCalls, "writeLog">;
  /** Calls back for every line as it is written. Returns a function that stops it. */
  onLine(listener: (line: LogLine) => void): () => void;
}

/** Hosts the graph's log groups: one file each under `<dataDir>/logs`. */
export const logGroupHost = (
  context: Pick<HostContext, "graph" | "dataDir" | "events" | "access">,
  { limitBytes = 10_000_000 }: LogGroupOptions = {},
): LogGroupHost => {
  const groups = new Map<string, LogGroup>();
  const undeclared = new Set<string>();
  const listeners = new Set<(line: LogLine) => void>();

  /** On AWS the function's role would need to create the group, and is not allowed to. */
  const reportUndeclared = (logGroup: string): void => {
    if (undeclared.has(logGroup)) return;
    undeclared.add(logGroup);
    context.events.publish({
      level: "warn",
      resource: logGroup,
      what: "log group not declared: its lines are lost",
    });
  };

  const filter: JsonAction = (given, principal) => {
    const input = read(filterInput, given);
    const identifier = input.logGroupIdentifier?.split(":log-group:").at(-1)?.replace(/:\*$/, "");
    const group = groups.get(input.logGroupName ?? identifier ?? "");
    if (group === undefined) throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    context.access.check({ principal, action: "logs:FilterLogEvents", resourceArn: group.arn });
    const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
    const wanted = termsOf(input.filterPattern);
    const found = group.file
      .read()
      .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
      .filter(({ message }) => wanted.every((term) => message.includes(term)));
    const events = found.slice(-input.limit).map(({ timestamp, message }, index) => ({
      logStreamName: "local",
      timestamp,
      message,
      ingestionTime: timestamp,
      eventId: `${timestamp}-${index}`,
    }));
    return { events, searchedLogStreams: [] };
  };

  const describe: JsonAction = (given, principal) => {
    const prefix = read(describeInput, given).logGroupNamePrefix;
    context.access.check({ principal, action: "logs:DescribeLogGroups", resourceArn: "*" });
    return {
      logGroups: [...groups]
        .filter(([name]) => name.startsWith(prefix))
        .map(([logGroupName, { arn, retentionInDays }]) => ({
          logGroupName,
          arn: `${arn}:*`,
          logGroupArn: arn,
          ...(retentionInDays !== undefined && { retentionInDays }),
        })),
    };
  };

  return {
    service: jsonService("logs", ["Logs_20140328"], { FilterLogEvents: filter, DescribeLogGroups: describe }),
    calls: {
      writeLog: (logGroup, message) => {
        const group = groups.get(logGroup);
        if (group === undefined) {
          reportUndeclared(logGroup);
          return;
        }
        const timestamp = Date.now();
        group.file.append(timestamp, message);
        for (const listener of listeners) listener({ logGroup, timestamp, message });
      },
    },
    onLine: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: async () => {
      for (const node of logGroupType.in(context.graph)) {
        const { retentionInDays } = logGroupType.read(node);
        const { name, arn } = identityOf(node);
        const parts = name.split("/").filter((part) => part !== "" && part !== "..");
        const file = new LogFile(`${join(context.dataDir, "logs", ...parts)}.log`, limitBytes);
        groups.set(name, { arn, file, ...(retentionInDays !== undefined && { retentionInDays }) });
      }
    },
    stop: async () => {
      for (const { file } of groups.values()) file.close();
    },
  };
};

/** Words and "quoted phrases" must all occur; a JSON pattern is not evaluated here. */
const termsOf = (pattern: string): string[] => {
  if (pattern.trim().startsWith("{"))
    throw new AwsError(
      "InvalidParameterException",
      `The local host does not evaluate JSON filter patterns: ${pattern}`,
    );
  return [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");
};

const read = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError("InvalidParameterException", z.prettifyError(parsed.error));
};
