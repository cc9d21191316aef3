import { isStream } from "../event-source";
import type { ResourceRule } from "../rule";
import { at, isSet, shown, unknown } from "../value";

export const streamMappingCannotBlock: ResourceRule = {
  name: "stream-mapping-cannot-block",
  area: "Nothing lost",
  reason: "One record that keeps failing blocks its shard until the stream forgets it, and all that came after it.",
  source: "https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html",
  fix: "Set bisectBatchOnFunctionError, a maximumRetryAttempts of 0 to 10000, and destinationConfig.onFailure.",
  severity: "critical",
  types: ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  check: ({ label, properties }) => {
    if (!isStream(properties)) return [];
    const { bisectBatchOnFunctionError: bisect, maximumRetryAttempts: attempts, destinationConfig } = properties;
    const endless = attempts !== unknown && (typeof attempts !== "number" || attempts < 0);
    return [
      ...(bisect === true || bisect === unknown
        ? []
        : [
            `${label} retries the whole batch for one bad record: bisectBatchOnFunctionError is ${shown(bisect)}. Set it to true.`,
          ]),
      ...(endless
        ? [
            `${label} retries until the stream forgets the record: maximumRetryAttempts is ${shown(attempts)}. Set it to 0 to 10000.`,
          ]
        : []),
      ...(isSet(at(destinationConfig, "onFailure", "destinationArn"))
        ? []
        : [
            `${label} drops a record after its retries: destinationConfig.onFailure is not set. Set it to a queue, a topic or a bucket.`,
          ]),
    ];
  },
};
