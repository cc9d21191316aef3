import * as z from "zod";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import { functionType } from "./resource-types";

/** A function as declared, with AWS's defaults filled in. */
export interface FunctionDefinition {
  readonly urn: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Folder of the unpacked archive. */
  readonly taskRoot: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined: unreserved. 0: every invocation is throttled. */
  readonly reservedConcurrency?: number;
  readonly logGroup: string;
  readonly logFormat: "Text" | "JSON";
  /** Least level of the function's own lines that is kept; JSON format only. */
  readonly applicationLogLevel?: string;
  readonly systemLogLevel?: string;
  readonly activeTracing: boolean;
  /** Queue or topic for asynchronous events that failed, the older way beside destinations. */
  readonly deadLetterTargetArn?: string;
  readonly description: string;
}

const outputs = z.object({ name: z.string(), arn: z.string() });

export const readFunctionDefinition = (node: ResourceNode): FunctionDefinition => {
  const declared = functionType.read(node);
  const { name, arn } = outputs.parse(node.outputs);
  const logging = declared.loggingConfig;
  const logFormat = logging?.logFormat ?? "Text";
  const reserved = declared.reservedConcurrentExecutions ?? -1;
  return {
    urn: node.urn,
    name,
    arn,
    roleArn: declared.role,
    taskRoot: declared.code.archive,
    handler: declared.handler,
    runtime: declared.runtime,
    memoryMb: declared.memorySize,
    timeoutMs: declared.timeout * 1000,
    environment: declared.environment?.variables ?? {},
    logGroup: logging?.logGroup ?? `/aws/lambda/${name}`,
    logFormat,
    activeTracing: declared.tracingConfig?.mode === "Active",
    description: declared.description,
    ...(reserved >= 0 && { reservedConcurrency: reserved }),
    ...(logFormat === "JSON" && {
      applicationLogLevel: logging?.applicationLogLevel ?? "INFO",
      systemLogLevel: logging?.systemLogLevel ?? "INFO",
    }),
    ...(declared.deadLetterConfig && { deadLetterTargetArn: declared.deadLetterConfig.targetArn }),
  };
};
