import { isStreamOrQueue } from "../event-source";
import type { ResourceRule } from "../rule";
import { holdsUnknown, itemsOf } from "../value";

export const mappingReportsFailures: ResourceRule = {
  name: "mapping-reports-failures",
  area: "Nothing lost",
  reason:
    "Without ReportBatchItemFailures a handler's list of failed messages is ignored, and they are deleted as done.",
  source:
    "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting",
  fix: 'Set functionResponseTypes to ["ReportBatchItemFailures"].',
  severity: "critical",
  types: ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  check: ({ label, properties }) => {
    const types = properties["functionResponseTypes"];
    return !isStreamOrQueue(properties) || holdsUnknown(types) || itemsOf(types).includes("ReportBatchItemFailures")
      ? []
      : [
          `${label} does not take reports of failed messages: those that its function reports are deleted as done. Set functionResponseTypes to ["ReportBatchItemFailures"].`,
        ];
  },
};
