import * as z from "zod";
import { readInputs } from "../../kernel/endpoint/read-inputs";
import type { ResourceNode } from "../../kernel/program/resource-graph";

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

const inputs = {
  code: z.object({ archive: z.string() }),
  handler: z.string().regex(/^[^.]*[^./]\.[^/]+$/, "must be module.export, for example index.handler"),
  runtime: z.string().regex(/^nodejs\d+\.x$/, "the local host runs Node.js functions only: nodejs24.x"),
  role: z.string(),
  packageType: z.literal("Zip").optional(),
  memorySize: z.number().int().min(128).max(10240).default(128),
  timeout: z.number().int().min(1).max(900).default(3),
  environment: z.object({ variables: z.record(z.string(), z.string()).optional() }).optional(),
  reservedConcurrentExecutions: z.number().int().min(-1).optional(),
  loggingConfig: z
    .object({
      logFormat: z.enum(["Text", "JSON"]).optional(),
      logGroup: z.string().optional(),
      applicationLogLevel: z.enum(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]).optional(),
      systemLogLevel: z.enum(["DEBUG", "INFO", "WARN"]).optional(),
    })
    .optional(),
  tracingConfig: z.object({ mode: z.enum(["Active", "PassThrough"]) }).optional(),
  deadLetterConfig: z.object({ targetArn: z.string() }).optional(),
  description: z.string().default(""),
  layers: z.array(z.never()).optional(),
};

const withoutEffectHere = [
  "architectures",
  "codeSigningConfigArn",
  "ephemeralStorage",
  "kmsKeyArn",
  "name",
  "publish",
  "replaceSecurityGroupsOnDestroy",
  "replacementSecurityGroupIds",
  "skipDestroy",
  "snapStart",
  "sourceCodeHash",
  "sourceKmsKeyArn",
  "useResourceTimeoutForPropagation",
  "vpcConfig",
];

const outputs = z.object({ name: z.string(), arn: z.string() });

export const readFunctionDefinition = (node: ResourceNode): FunctionDefinition => {
  const declared = readInputs(node, inputs, withoutEffectHere);
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
