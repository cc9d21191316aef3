import { transitionUpdate } from "../orders/transition-update";
import type { OrderChange } from "../orders/transitions";

/** What the state machine calls. */
export interface FulfilmentResources {
  readonly tableName: string;
  readonly takePaymentArn: string;
  readonly shipOrderArn: string;
  readonly refundPaymentArn: string;
}

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  /** Seconds; the longest pause between two attempts. */
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy: "FULL";
}

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath: null;
}

interface TaskState {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly ResultPath: string | null;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Next: string;
}

interface Condition {
  readonly Variable: string;
  readonly StringEquals?: string;
  readonly IsPresent?: boolean;
  readonly Next: string;
}

type State =
  | TaskState
  | { readonly Type: "Choice"; readonly Choices: readonly Condition[]; readonly Default?: string }
  | { readonly Type: "Pass"; readonly Result: unknown; readonly ResultPath: string; readonly Next: string }
  | { readonly Type: "Succeed" }
  | { readonly Type: "Fail"; readonly Error: string; readonly Cause: string };

/** A state machine in Amazon States Language (JSONPath). */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** Three attempts in all, with full jitter; only for errors that may pass within moments. */
const retry = (errors: readonly string[]): readonly Retrier[] => [
  { ErrorEquals: errors, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2, JitterStrategy: "FULL" },
];

const functionIsBusy = ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"];

/**
 * A function has no concurrency left until other invocations have ended: seven attempts, with pauses of 31 seconds in all at
 * most, so that they end before the workflow times out (docs/decisions/0031).
 * https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
const untilFunctionIsFree: Retrier = {
  ErrorEquals: ["Lambda.TooManyRequestsException"],
  IntervalSeconds: 1,
  MaxAttempts: 6,
  BackoffRate: 2,
  MaxDelaySeconds: 8,
  JitterStrategy: "FULL",
};

const tableIsBusy = [
  "DynamoDB.ThrottlingException",
  "DynamoDB.ProvisionedThroughputExceededException",
  "DynamoDB.RequestLimitExceeded",
  "DynamoDB.InternalServerErrorException",
  "DynamoDB.SdkClientException",
];

/** Longer than a task's function may take (the default of CallbackFunction), so that the function's own timeout is reported. */
const taskTimeoutSeconds = 12;

/** Below the 60 seconds of fulfil-order, which waits for the execution. */
const workflowTimeoutSeconds = 55;

/**
 * Takes an order from its present status to its end. Every path begins and, after a lost race, begins again by reading the
 * order, so an execution that is repeated continues where the last one stopped. A rejected or cancelled order is
 * refunded after its status is settled: from then on nothing can ship it (docs/decisions/0007).
 */
export function fulfilmentDefinition(resources: FulfilmentResources): StateMachineDefinition {
  const key = { order_id: { "S.$": "$.order.order_id" } };

  const readOrder: TaskState = {
    Type: "Task",
    Resource: "arn:aws:states:::dynamodb:getItem",
    Parameters: {
      TableName: resources.tableName,
      Key: key,
      ConsistentRead: true,
      ProjectionExpression: "#status, payment_method",
      ExpressionAttributeNames: { "#status": "status" },
    },
    ResultPath: "$.stored",
    TimeoutSeconds: taskTimeoutSeconds,
    Retry: retry(tableIsBusy),
    Next: "WhereItStands",
  };

  /** Calls a function with the order; its answer is then at `$.answer.Payload`. */
  const call = (functionArn: string, next: string, more: Readonly<Record<string, string>> = {}): TaskState => ({
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Parameters: {
      FunctionName: functionArn,
      Payload: { "order.$": "$.order", "trace.$": "$.trace", "retries.$": "$$.State.RetryCount", ...more },
    },
    ResultPath: "$.answer",
    TimeoutSeconds: taskTimeoutSeconds,
    Retry: [untilFunctionIsFree, ...retry(["ServiceUnavailable", ...functionIsBusy])],
    Next: next,
  });

  /** Takes the order along an edge; if it no longer has the status where the edge begins, reads it again. */
  const change = (to: OrderChange, next: string): TaskState => {
    const { values, ...expressions } = transitionUpdate(to, "$$.State.EnteredTime");
    return {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:updateItem",
      Parameters: {
        TableName: resources.tableName,
        Key: key,
        ...expressions,
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, attributeValue(value)]),
        ),
      },
      ResultPath: null,
      TimeoutSeconds: taskTimeoutSeconds,
      Retry: retry(tableIsBusy),
      Catch: [{ ErrorEquals: ["DynamoDB.ConditionalCheckFailedException"], Next: "ReadOrder", ResultPath: null }],
      Next: next,
    };
  };

  return {
    Comment: "Takes payment for an order and ships it, or rejects it and gives the money back",
    StartAt: "ReadOrder",
    TimeoutSeconds: workflowTimeoutSeconds,
    States: {
      ReadOrder: readOrder,
      WhereItStands: {
        Type: "Choice",
        Choices: [
          { Variable: "$.stored.Item", IsPresent: false, Next: "OrderMissing" },
          { Variable: "$.stored.Item.status.S", StringEquals: "PAID", Next: "ShipOrder" },
          { Variable: "$.stored.Item.status.S", StringEquals: "SHIPPED", Next: "Settled" },
          { Variable: "$.stored.Item.status.S", StringEquals: "REJECTED", Next: "RefundPayment" },
          { Variable: "$.stored.Item.status.S", StringEquals: "CANCELLED", Next: "RefundPayment" },
          { Variable: "$.stored.Item.payment_method", IsPresent: true, Next: "TakePayment" },
        ],
        Default: "WithoutPaymentMethod",
      },
      // A path to a missing field fails an execution, so an order without a payment method gets an empty one.
      WithoutPaymentMethod: {
        Type: "Pass",
        Result: { S: null },
        ResultPath: "$.stored.Item.payment_method",
        Next: "TakePayment",
      },
      TakePayment: call(resources.takePaymentArn, "WasItPaid", {
        "payment_method.$": "$.stored.Item.payment_method.S",
      }),
      WasItPaid: byAnswer({ taken: "MarkPaid", declined: "RejectDeclined" }),
      MarkPaid: change({ to: "PAID", payment_reference: "$.answer.Payload.payment_reference" }, "ShipOrder"),
      ShipOrder: call(resources.shipOrderArn, "WasItShipped"),
      WasItShipped: byAnswer({ shipped: "MarkShipped", refused: "RejectUnshippable" }),
      MarkShipped: change({ to: "SHIPPED", shipment_reference: "$.answer.Payload.shipment_reference" }, "Settled"),
      RejectDeclined: change({ to: "REJECTED", rejection_reason: "payment_declined" }, "Settled"),
      RejectUnshippable: change({ to: "REJECTED", rejection_reason: "shipping_refused" }, "RefundPayment"),
      RefundPayment: call(resources.refundPaymentArn, "Settled"),
      Settled: { Type: "Succeed" },
      OrderMissing: {
        Type: "Fail",
        Error: "OrderMissing",
        Cause: "The table has no order with this id; the message goes to the dead-letter queue.",
      },
    },
  };
}

/** Continues by the kind of a function's answer; an unknown kind fails the execution, so that no order is lost. */
const byAnswer = (next: Readonly<Record<string, string>>): State => ({
  Type: "Choice",
  Choices: Object.entries(next).map(([kind, state]) => ({
    Variable: "$.answer.Payload.kind",
    StringEquals: kind,
    Next: state,
  })),
});

/** In DynamoDB's notation; text that begins with `$` is a path into the execution's data. */
const attributeValue = (value: string | number): Readonly<Record<string, string>> => {
  if (typeof value === "number") return { N: String(value) };
  return value.startsWith("$") ? { "S.$": value } : { S: value };
};
