import { asksForCustomerKey, customerKeySettings } from "../customer-key";
import type { ResourceRule } from "../rule";
import { isSet } from "../value";

export const topicIsEncrypted: ResourceRule = {
  name: "topic-is-encrypted",
  area: "Encryption",
  reason: "SNS stores a message until it is delivered; without a key it does so in plain text.",
  source: "https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
  fix: "Set kmsMasterKeyId.",
  severity: "high",
  settings: customerKeySettings,
  types: ["aws:sns/topic:Topic"],
  check: (resource, { settings }) => {
    const { kmsMasterKeyId } = resource.properties;
    if (!isSet(kmsMasterKeyId)) {
      return [`${resource.label} is not encrypted at rest: kmsMasterKeyId is not set. Set it to a KMS key.`];
    }
    return kmsMasterKeyId === "alias/aws/sns" && asksForCustomerKey(resource, settings)
      ? [
          `${resource.label} is encrypted with alias/aws/sns, but the stack asks for a key of its own. Set kmsMasterKeyId to it.`,
        ]
      : [];
  },
};
