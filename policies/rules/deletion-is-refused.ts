import type { ResourceRule } from "../rule";
import { stackAsksFor } from "../stack-settings";
import { shown, unknown, type Value } from "../value";

/** What AWS calls it for each type, and the value that refuses deletion. */
const protections: Readonly<Record<string, { readonly property: string; readonly on: Value }>> = {
  "aws:cognito/userPool:UserPool": { property: "deletionProtection", on: "ACTIVE" },
  "aws:dynamodb/table:Table": { property: "deletionProtectionEnabled", on: true },
};

export const deletionIsRefused: ResourceRule = {
  name: "deletion-is-refused",
  area: "Nothing lost",
  reason:
    "Pulumi's protect stops only Pulumi; a click in the console still deletes the data, unless AWS refuses it too.",
  source:
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection",
  fix: "Set deletionProtectionEnabled to true on a protected table, deletionProtection to ACTIVE on a protected user pool.",
  severity: "high",
  types: Object.keys(protections),
  check: ({ type, label, protect, properties }) => {
    const { property, on } = protections[type] ?? {};
    if (property === undefined || !(protect || stackAsksFor("protect"))) return [];
    const value = properties[property];
    return value === on || value === unknown
      ? []
      : [`${label} is protected, but AWS would delete it: ${property} is ${shown(value)}. Set it to ${shown(on)}.`];
  },
};
