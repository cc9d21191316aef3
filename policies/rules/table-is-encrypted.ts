import { asksForCustomerKey, customerKeySettings } from "../customer-key";
import type { ResourceRule } from "../rule";
import { at, isSet } from "../value";

export const tableIsEncrypted: ResourceRule = {
  name: "table-is-encrypted",
  area: "Encryption",
  reason:
    "DynamoDB encrypts every table with a key of AWS's own; only a customer-managed key can be audited and taken back.",
  source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html",
  fix: "Set serverSideEncryption with enabled: true and kmsKeyArn, where the stack asks for a key of its own.",
  severity: "medium",
  settings: customerKeySettings,
  types: ["aws:dynamodb/table:Table"],
  check: (resource, { settings }) => {
    if (!asksForCustomerKey(resource, settings)) return [];
    const encryption = resource.properties["serverSideEncryption"];
    return at(encryption, "enabled") !== false && isSet(at(encryption, "kmsKeyArn"))
      ? []
      : [
          `${resource.label} is not encrypted with a key of the stack's own, which the stack asks for. Set serverSideEncryption with enabled: true and kmsKeyArn.`,
        ];
  },
};
