import { type Condition, compileCondition } from "iam-documents/condition";
import type { ConditionBlock } from "iam-documents/policy-document";

/** Global keys whose values the local host knows for a request. */
const globalKeys = [
  "aws:PrincipalAccount",
  "aws:PrincipalArn",
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
] as const;

/** Reads a statement's Condition; what it gives throws for an operator or a key that the local host does not evaluate. */
export const conditionReader = (keysOfServices: readonly string[]): ((block: ConditionBlock) => Condition) => {
  const knownKeys = [...globalKeys, ...keysOfServices].sort();
  const keyNamed = (name: string): string => {
    const known = knownKeys.find((key) => key.toLowerCase() === name.toLowerCase());
    if (known !== undefined) return known;
    throw new Error(`the condition key ${name} is not known to the local host; known are ${knownKeys.join(", ")}`);
  };
  return (block) => compileCondition(block, keyNamed);
};
