import type { StackRule } from "../rule";

const keyTypes = ["aws:kms/key:Key", "aws:kms/alias:Alias"];

export const keyIsProtected: StackRule = {
  name: "key-is-protected",
  area: "Nothing lost",
  reason: "What a deleted key has encrypted cannot be read again: protected data needs a protected key.",
  source: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
  fix: "Set the option protect on the key, and on its alias.",
  severity: "critical",
  checkStack: (stack) => {
    const data = stack.resources.filter(({ type, protect }) => protect && !keyTypes.includes(type));
    const keys = stack.of("aws:kms/key:Key").flatMap((key) =>
      data
        .filter((it) => Object.keys(it.properties).some((property) => stack.refers(it, property, key)))
        .slice(0, 1)
        .map(({ label }) => ({ key, label })),
    );
    return keys.flatMap(({ key, label }) =>
      [key, ...stack.referringTo(key, "aws:kms/alias:Alias", "targetKeyId")]
        .filter(({ protect }) => !protect)
        .map((resource) => ({
          resource,
          message: `${resource.label} is not protected and ${label}, which it encrypts, is: without the key its data cannot be read. Set the option protect.`,
        })),
    );
  },
};
