import { join } from "node:path";
import * as z from "zod";
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type ResourceHost,
} from "../../kernel/endpoint/aws-service";
import { jsonInput } from "../../kernel/endpoint/json-service";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import type { HostContext } from "../../kernel/host-context";
import { identityOf } from "../../kernel/program/identity-of";
import { resourcesOf } from "../../kernel/program/resource-graph";
import { LogFile, type LoggedLine } from "./log-file";

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

const inputs = { name: z.string().optional(), retentionInDays: z.number().optional() };
const withoutEffectHere = ["deletionProtectionEnabled", "kmsKeyId", "logGroupClass", "namePrefix", "skipDestroy"];

const filterInput = z.object({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  startTime: z.number().optional(),
  endTime: z.number().optional(),
  filterPattern: z.string().default(""),
  limit: z.number().int().min(1).max(10_000).default(10_000),
});
const describeInput = z.object({ logGroupNamePrefix: z.string().default("") });

/** Hosts the graph's log groups: one file each under `<dataDir>/logs`. */
export class LogGroupHost implements ResourceHost, AwsService {
  /** Saved queries are accounted for: there is no Logs Insights here that would run them. */
  readonly hosts = ["aws:cloudwatch/logGroup:LogGroup", "aws:cloudwatch/queryDefinition:QueryDefinition"];
  readonly service = "logs";
  private readonly context: Pick<HostContext, "graph" | "dataDir" | "events" | "access">;
  private readonly limitBytes: number;
  private readonly groups = new Map<string, LogGroup>();
  private readonly undeclared = new Set<string>();
  private readonly listeners = new Set<(line: LogLine) => void>();

  constructor(context: Pick<HostContext, "graph" | "dataDir" | "events" | "access">, options: LogGroupOptions = {}) {
    this.context = context;
    this.limitBytes = options.limitBytes ?? 10_000_000;
  }

  async start(): Promise<void> {
    for (const node of resourcesOf(this.context.graph, "aws:cloudwatch/logGroup:LogGroup")) {
      const { retentionInDays } = readInputs(node, inputs, withoutEffectHere);
      const { name, arn } = identityOf(node);
      const path = join(
        this.context.dataDir,
        "logs",
        ...name.split("/").filter((part) => part !== "" && part !== ".."),
      );
      const file = new LogFile(`${path}.log`, this.limitBytes);
      this.groups.set(name, { arn, file, ...(retentionInDays !== undefined && { retentionInDays }) });
    }
  }

  async stop(): Promise<void> {
    for (const { file } of this.groups.values()) file.close();
  }

  /** Hears every line as it is written. Returns how to stop hearing. */
  onLine(listener: (line: LogLine) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  readonly writeLog = (logGroup: string, message: string): void => {
    const group = this.groups.get(logGroup);
    if (group === undefined) {
      this.reportUndeclared(logGroup);
      return;
    }
    const timestamp = Date.now();
    group.file.append(timestamp, message);
    for (const listener of this.listeners) listener({ logGroup, timestamp, message });
  };

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const input = jsonInput(request.body);
    switch (request.action) {
      case "FilterLogEvents":
        return json(this.filter(request, read(filterInput, input)));
      case "DescribeLogGroups":
        return json(this.describe(request, read(describeInput, input).logGroupNamePrefix));
      default:
        throw new AwsError("UnknownOperationException", `The local host does not answer logs ${request.action}`);
    }
  }

  private filter({ principal }: AwsRequest, input: z.output<typeof filterInput>): object {
    const identifier = input.logGroupIdentifier?.split(":log-group:").at(-1)?.replace(/:\*$/, "");
    const name = input.logGroupName ?? identifier ?? "";
    const group = this.groups.get(name);
    if (group === undefined) throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    this.context.access.check({ principal, action: "logs:FilterLogEvents", resourceArn: group.arn });
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
  }

  private describe({ principal }: AwsRequest, prefix: string): object {
    this.context.access.check({ principal, action: "logs:DescribeLogGroups", resourceArn: "*" });
    const groups = [...this.groups].filter(([name]) => name.startsWith(prefix));
    return {
      logGroups: groups.map(([logGroupName, { arn, retentionInDays }]) => ({
        logGroupName,
        arn: `${arn}:*`,
        logGroupArn: arn,
        ...(retentionInDays !== undefined && { retentionInDays }),
      })),
    };
  }

  /** On AWS the function's role would need to create the group, and is not allowed to. */
  private reportUndeclared(logGroup: string): void {
    if (this.undeclared.has(logGroup)) return;
    this.undeclared.add(logGroup);
    this.context.events.publish({
      level: "warn",
      resource: logGroup,
      what: "log group not declared: its lines are lost",
    });
  }
}

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

const json = (body: object): AwsResponse => ({
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify(body),
});
