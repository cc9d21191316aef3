import { randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError } from "../../kernel/endpoint/aws-service";
import type { Principal } from "../../kernel/endpoint/principal";
import type { InvocationResult } from "../../kernel/endpoint/service-calls";
import type { HostContext } from "../../kernel/host-context";
import { TaskFailure } from "./task-failure";

export interface TaskCall {
  readonly context: HostContext;
  /** The state machine acting as its role. */
  readonly principal: Principal;
  /** The state's input after InputPath and Parameters. */
  readonly parameters: unknown;
  /** X-Ray's tracing header, for what the task calls. */
  readonly trace?: string;
}

type Perform = (call: TaskCall) => Promise<unknown>;

const FUNCTION_ARN = /^arn:aws:lambda:[^:]+:\d{12}:function:[\w-]+(?::[\w$-]+)?$/;

/** Runs a task: a function by its ARN, or one of the service integrations. Rejects with TaskFailure. */
export const performTask = (resource: string, call: TaskCall): Promise<unknown> => {
  if (FUNCTION_ARN.test(resource)) return functionResult(call, resource, call.parameters);
  const perform = integrations[resource];
  if (perform === undefined) throw new Error(`no way to run the task resource ${resource}`);
  return perform(call);
};

export const isSupportedResource = (resource: string): boolean =>
  FUNCTION_ARN.test(resource) || Object.hasOwn(integrations, resource);

const read = <Schema extends z.ZodType>(schema: Schema, parameters: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  throw new TaskFailure("States.Runtime", `Parameters are not valid: ${z.prettifyError(parsed.error)}`, {
    terminal: true,
  });
};

/** What an optimised integration adds to the service's answer. */
const metadata = () => ({
  SdkHttpMetadata: { HttpStatusCode: 200 },
  SdkResponseMetadata: { RequestId: randomUUID() },
});

const lambdaError = (error: unknown): TaskFailure => {
  if (!(error instanceof AwsError)) return new TaskFailure("Lambda.SdkClientException", messageOf(error));
  const cause = serviceMessage("AWSLambda", error);
  return error.status === 403 || error.name.startsWith("AccessDenied")
    ? new TaskFailure("Lambda.AWSLambdaException", cause)
    : new TaskFailure(`Lambda.${error.name}`, cause);
};

const functionResult = async (
  { context, principal, trace }: TaskCall,
  functionArn: string,
  payload: unknown,
): Promise<unknown> => {
  let result: InvocationResult;
  try {
    result = await context.calls.invokeFunction(principal, functionArn, payload, { trace });
  } catch (error) {
    throw lambdaError(error);
  }
  if (result.functionError === undefined) return result.payload === "" ? null : JSON.parse(result.payload);
  throw new TaskFailure(errorTypeOf(result.payload), result.payload);
};

const failureSchema = z.object({ errorType: z.string().min(1) });

const errorTypeOf = (payload: string): string => {
  try {
    return failureSchema.parse(JSON.parse(payload)).errorType;
  } catch {
    return "Lambda.Unknown";
  }
};

const invokeSchema = z.object({
  FunctionName: z.string(),
  Payload: z.unknown().optional(),
  InvocationType: z.enum(["RequestResponse", "Event"]).default("RequestResponse"),
});

const invoke: Perform = async (call) => {
  const { FunctionName, Payload = {}, InvocationType } = read(invokeSchema, call.parameters);
  const { graph, calls } = call.context;
  const functionArn = FunctionName.startsWith("arn:")
    ? FunctionName
    : `arn:aws:lambda:${graph.region}:${graph.accountId}:function:${FunctionName}`;
  if (InvocationType === "Event") {
    try {
      await calls.invokeFunctionAsync(call.principal, functionArn, Payload);
    } catch (error) {
      throw lambdaError(error);
    }
    return { StatusCode: 202, ...metadata() };
  }
  const result = await functionResult(call, functionArn, Payload);
  return { ExecutedVersion: "$LATEST", Payload: result, ...metadata(), StatusCode: 200 };
};

interface Service {
  /** Error names of the integration begin with it. */
  readonly prefix: string;
  /** The SDK's name of the service, in an error's cause. */
  readonly sdkName: string;
  /** Stands for errors that the SDK has no class of its own for. */
  readonly generic: string;
  readonly modelled: RegExp;
}

const dynamodb: Service = {
  prefix: "DynamoDB",
  sdkName: "AmazonDynamoDBv2",
  generic: "AmazonDynamoDBException",
  modelled:
    /^(ConditionalCheckFailed|ProvisionedThroughputExceeded|ResourceNotFound|ItemCollectionSizeLimitExceeded|TransactionConflict|TransactionCanceled|LimitExceeded|ResourceInUse|ReplicatedWriteConflict|Throttling|InternalServerError|RequestLimitExceeded)/,
};
const sqs: Service = {
  prefix: "SQS",
  sdkName: "AmazonSQS",
  generic: "AmazonSQSException",
  modelled: /^(QueueDoesNotExist|InvalidMessageContents|UnsupportedOperation)/,
};
const sns: Service = {
  prefix: "SNS",
  sdkName: "AmazonSNS",
  generic: "AmazonSNSException",
  modelled: /^(NotFound|AuthorizationError|InvalidParameter|EndpointDisabled|InternalError|FilterPolicyLimitExceeded)/,
};
const eventBridge: Service = {
  prefix: "EventBridge",
  sdkName: "AmazonEventBridge",
  generic: "AmazonEventBridgeException",
  modelled: /^(Internal|ResourceNotFound|LimitExceeded)/,
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const serviceMessage = (sdkName: string, { message, status, name }: AwsError): string =>
  `${message} (Service: ${sdkName}; Status Code: ${status}; Error Code: ${name}; Request ID: ${randomUUID()}; Proxy: null)`;

const serviceError = (service: Service, error: unknown): TaskFailure => {
  const { prefix, sdkName, generic, modelled } = service;
  if (!(error instanceof AwsError)) return new TaskFailure(`${prefix}.SdkClientException`, messageOf(error));
  const exception = `${error.name.replace(/Exception$/, "")}Exception`;
  const name = modelled.test(error.name) ? exception : generic;
  return new TaskFailure(`${prefix}.${name}`, serviceMessage(sdkName, error));
};

const guarded = async <Result>(service: Service, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw serviceError(service, error);
  }
};

const objectSchema = z.looseObject({});

const onTable =
  (action: string): Perform =>
  async ({ context, principal, parameters }) => {
    const answer = await guarded(dynamodb, () =>
      context.calls.callAction("dynamodb", { principal, action, input: read(objectSchema, parameters) }),
    );
    return { ...objectSchema.parse(answer), ...metadata() };
  };

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const sendMessageSchema = z.looseObject({ QueueUrl: z.string(), MessageBody: z.unknown() });

const sendMessage: Perform = async ({ context, principal, parameters }) => {
  const message = read(sendMessageSchema, parameters);
  const input = { ...message, MessageBody: asText(message.MessageBody) };
  const answer = await guarded(sqs, () => context.calls.callAction("sqs", { principal, action: "SendMessage", input }));
  return { ...objectSchema.parse(answer), ...metadata() };
};

const publishSchema = z.strictObject({
  TopicArn: z.string(),
  Message: z.unknown(),
  Subject: z.string().optional(),
  MessageGroupId: z.string().optional(),
  MessageAttributes: z.record(z.string(), z.object({ DataType: z.string(), StringValue: z.string() })).default({}),
});

const publish: Perform = async ({ context, principal, parameters }) => {
  const { TopicArn, Message, Subject, MessageGroupId, MessageAttributes } = read(publishSchema, parameters);
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [
      name,
      { dataType: DataType, stringValue: StringValue },
    ]),
  );
  await guarded(sns, () =>
    context.calls.publish(principal, TopicArn, {
      body: asText(Message),
      attributes,
      ...(Subject === undefined ? {} : { subject: Subject }),
      ...(MessageGroupId === undefined ? {} : { groupId: MessageGroupId }),
    }),
  );
  return metadata();
};

const putEventsSchema = z.object({ Entries: z.array(z.looseObject({ Detail: z.unknown() })) });
const putEventsAnswerSchema = z.looseObject({ FailedEntryCount: z.number() });

const putEvents: Perform = async ({ context, principal, parameters }) => {
  const { Entries } = read(putEventsSchema, parameters);
  const input = { Entries: Entries.map((entry) => ({ ...entry, Detail: asText(entry.Detail) })) };
  const answer = putEventsAnswerSchema.parse(
    await guarded(eventBridge, () => context.calls.callAction("events", { principal, action: "PutEvents", input })),
  );
  if (answer.FailedEntryCount > 0) throw new TaskFailure("EventBridge.FailedEntry", JSON.stringify(answer));
  return { ...answer, ...metadata() };
};

const integrations: Readonly<Record<string, Perform>> = {
  "arn:aws:states:::lambda:invoke": invoke,
  "arn:aws:states:::dynamodb:getItem": onTable("GetItem"),
  "arn:aws:states:::dynamodb:putItem": onTable("PutItem"),
  "arn:aws:states:::dynamodb:updateItem": onTable("UpdateItem"),
  "arn:aws:states:::dynamodb:deleteItem": onTable("DeleteItem"),
  "arn:aws:states:::sqs:sendMessage": sendMessage,
  "arn:aws:states:::sns:publish": publish,
  "arn:aws:states:::events:putEvents": putEvents,
};

export const supportedResources: readonly string[] = Object.keys(integrations);
