import type { ActionCall, ActionOutput } from "./aws-service";
import type { Principal } from "./principal";

/**
 * Calls between the hosted services, in process. Each is checked against IAM and passes the fault injector just as a
 * request over HTTP does, with the principal named. All reject with AwsError.
 */
export interface ServiceCalls {
  /** Synchronous invocation. A function's own error is a result, not a rejection; throttling rejects with TooManyRequestsException. */
  invokeFunction(
    principal: Principal,
    functionArn: string,
    payload: unknown,
    options?: {
      /** X-Ray's tracing header. */
      readonly trace?: string | undefined;
    },
  ): Promise<InvocationResult>;
  /** Asynchronous invocation: resolves once the event is accepted; retries and destination follow the function's settings. */
  invokeFunctionAsync(principal: Principal, functionArn: string, payload: unknown): Promise<void>;
  sendMessage(principal: Principal, queueArn: string, message: OutgoingMessage): Promise<void>;
  publish(
    principal: Principal,
    topicArn: string,
    message: OutgoingMessage & { readonly subject?: string },
  ): Promise<void>;
  putObject(principal: Principal, bucketArn: string, key: string, body: string): Promise<void>;
  putEvents(principal: Principal, busArn: string, entry: BusEntry): Promise<void>;
  startExecution(principal: Principal, stateMachineArn: string, input: unknown): Promise<void>;
  /** Any action of a service, by its signing name, for example a workflow's `dynamodb:updateItem` task. */
  callAction(service: string, call: ActionCall): Promise<ActionOutput>;
  /** Metrics the services themselves emit, in AWS's names: ("AWS/Lambda", "Errors", { FunctionName }, 1). */
  recordMetric(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    unit?: string,
  ): void;
  /**
   * Segments that a service sends to X-Ray about its own work, in the form of segment documents. They are written later, off
   * the way of that work.
   */
  recordSegments(segments: readonly RecordedSegment[]): void;
  /** A line in a log group, kept under .local/logs. */
  writeLog(logGroupName: string, line: string): void;
}

/** A segment document: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
export interface RecordedSegment {
  readonly trace_id: string;
  readonly id: string;
  /** Seconds since the epoch. */
  readonly start_time: number;
  readonly [field: string]: unknown;
}

export interface InvocationResult {
  readonly payload: string;
  /** Set when the function failed: `Unhandled`. The payload is then `{ errorMessage, errorType, stackTrace? }`. */
  readonly functionError?: string;
}

export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, { readonly dataType: string; readonly stringValue: string }>>;
  readonly groupId?: string;
  /** X-Ray's tracing header: AWSTraceHeader of a queue's message. */
  readonly traceHeader?: string;
}

export interface BusEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: string;
  readonly resources?: readonly string[];
  readonly time?: Date;
}
