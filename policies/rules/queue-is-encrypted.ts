import { asksForCustomerKey, customerKeySettings } from "../customer-key";
import type { ResourceRule } from "../rule";
import { isSet } from "../value";

export const queueIsEncrypted: ResourceRule = {
  name: "queue-is-encrypted",
  area: "Encryption",
  reason: "Messages lie in a queue for up to 14 days; unencrypted, whoever gets at the storage can read them.",
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
  fix: "Set sqsManagedSseEnabled, or kmsMasterKeyId with the stack's own key.",
  severity: "high",
  settings: customerKeySettings,
  types: ["aws:sqs/queue:Queue"],
  check: (resource, { settings }) => {
    const { kmsMasterKeyId, sqsManagedSseEnabled } = resource.properties;
    if (asksForCustomerKey(resource, settings)) {
      return isSet(kmsMasterKeyId) && kmsMasterKeyId !== "alias/aws/sqs"
        ? []
        : [
            `${resource.label} is not encrypted with a key of the stack's own, which the stack asks for. Set kmsMasterKeyId.`,
          ];
    }
    return isSet(kmsMasterKeyId) || (isSet(sqsManagedSseEnabled) && sqsManagedSseEnabled !== false)
      ? []
      : [
          `${resource.label} is not encrypted at rest: sqsManagedSseEnabled is ${String(sqsManagedSseEnabled ?? "not set")}. Set it to true, or set kmsMasterKeyId.`,
        ];
  },
};
