import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { FunctionChange } from "./hosted-function";

const configuration = z.strictObject({
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
  Timeout: z.int().min(1).max(900).optional(),
  MemorySize: z.int().min(128).max(10_240).optional(),
});

const concurrency = z.strictObject({ ReservedConcurrentExecutions: z.int().min(0) });

const read = <Schema extends z.ZodType>(schema: Schema, body: Buffer): z.output<Schema> => {
  const parsed = schema.safeParse(fromJson(body));
  if (parsed.success) return parsed.data;
  throw new AwsError("InvalidParameterValueException", z.prettifyError(parsed.error));
};

const fromJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new AwsError("InvalidRequestContentException", `Could not parse request body into json: ${String(error)}`);
  }
};

/** What a request of UpdateFunctionConfiguration changes; variables replace all there were. @throws AwsError for what the host cannot change */
export const functionChange = (body: Buffer): FunctionChange => {
  const { Environment, Timeout, MemorySize } = read(configuration, body);
  return {
    ...(Environment !== undefined && { environment: Environment.Variables }),
    ...(Timeout !== undefined && { timeoutMs: Timeout * 1_000 }),
    ...(MemorySize !== undefined && { memoryMb: MemorySize }),
  };
};

/** How much a request of PutFunctionConcurrency reserves. @throws AwsError */
export const reservedConcurrency = (body: Buffer): number => read(concurrency, body).ReservedConcurrentExecutions;
