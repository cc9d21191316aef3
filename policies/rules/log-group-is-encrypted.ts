import { asksForCustomerKey, customerKeySettings } from "../customer-key";
import type { ResourceRule } from "../rule";
import { isSet } from "../value";

export const logGroupIsEncrypted: ResourceRule = {
  name: "log-group-is-encrypted",
  area: "Encryption",
  reason:
    "CloudWatch encrypts every log group with a key of AWS's own; only a customer-managed key can be audited and taken back.",
  source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
  fix: "Set kmsKeyId, where the stack asks for a key of its own.",
  severity: "medium",
  settings: customerKeySettings,
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  check: (resource, { settings }) =>
    !asksForCustomerKey(resource, settings) || isSet(resource.properties["kmsKeyId"])
      ? []
      : [`${resource.label} is not encrypted with a key of the stack's own, which the stack asks for. Set kmsKeyId.`],
};
