/** CloudWatch namespace of the counters; their one dimension is FunctionName. */
export const counterNamespace = "OrderPipeline";

export type Counter =
  | "OrdersPlaced"
  | "OrdersReplayed"
  | "RequestsRefused"
  | "OrdersCancelled"
  | "OrdersSetGoing"
  | "EventsRelayed"
  | "EventsNotRelayed"
  | "EventsPublished"
  | "EventsNotPublished"
  | "NotificationsPosted"
  | "NotificationsNotPosted"
  | "MessagesRejected"
  | "FilesImported"
  | "FilesRefused"
  | "FileOrdersSent"
  | "FileRowsRejected"
  | "TestOrdersPublished"
  | "OrdersFulfilled"
  | "FulfilmentsFailed"
  | "PaymentsTaken"
  | "PaymentsDeclined"
  | "PaymentsRefunded"
  | "OrdersShipped"
  | "ShipmentsRefused";

/**
 * Counts in CloudWatch's embedded metric format: one line of log, and no call to another service. Straight to stdout,
 * because console would wrap the line when the function logs in JSON.
 */
export const count = (counter: Counter, value = 1): void => {
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: counterNamespace,
          Dimensions: [["FunctionName"]],
          Metrics: [{ Name: counter, Unit: "Count" }],
        },
      ],
    },
    FunctionName: process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "local",
    [counter]: value,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
