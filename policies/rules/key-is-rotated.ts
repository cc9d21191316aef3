import type { ResourceRule } from "../rule";
import { isSet } from "../value";

export const keyIsRotated: ResourceRule = {
  name: "key-is-rotated",
  area: "Encryption",
  reason: "A key that is never rotated protects more and more data for longer and longer.",
  source: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  fix: "Set enableKeyRotation to true.",
  severity: "medium",
  types: ["aws:kms/key:Key"],
  check: ({ label, properties }) => {
    // AWS rotates only symmetric keys for encryption.
    const rotatable = (properties["customerMasterKeySpec"] ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";
    const { enableKeyRotation } = properties;
    return !rotatable || (isSet(enableKeyRotation) && enableKeyRotation !== false)
      ? []
      : [`${label} is never rotated: enableKeyRotation is ${String(enableKeyRotation ?? "not set")}. Set it to true.`];
  },
};
