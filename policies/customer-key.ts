import { type Resource, stackOf } from "./resource";
import type { RuleSetting, RuleSettings } from "./rule";
import { stackAsksFor } from "./stack-settings";

/** For rules that want a customer-managed key where a stack asks for one. */
export const customerKeySettings: Readonly<Record<string, RuleSetting>> = {
  customerKeyStacks: {
    meaning:
      "Stacks that want everything encrypted with a customer-managed key, beside those whose own setting customerManagedKey is true; * for all.",
    default: [],
  },
};

export function asksForCustomerKey(resource: Pick<Resource, "urn">, settings: RuleSettings): boolean {
  const stacks = settings["customerKeyStacks"] ?? [];
  return stackAsksFor("customerManagedKey") || stacks.includes("*") || stacks.includes(stackOf(resource));
}
