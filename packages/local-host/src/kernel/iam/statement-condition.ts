import { type Condition, compileCondition } from "iam-documents/condition";
import type { ConditionBlock } from "iam-documents/policy-document";

/** Keys whose values the local host knows for a request. */
const knownKeys = [
  "aws:PrincipalAccount",
  "aws:PrincipalArn",
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
  "cloudwatch:namespace",
  "dynamodb:Attributes",
  "dynamodb:LeadingKeys",
  "dynamodb:ReturnValues",
  "dynamodb:Select",
  "events:detail-type",
  "events:source",
  "kms:CallerAccount",
  "kms:GrantIsForAWSResource",
  "kms:EncryptionContext:aws:events:event-bus:arn",
  "kms:EncryptionContext:aws:logs:arn",
  "kms:ViaService",
] as const;

const keyNamed = (name: string): string => {
  const known = knownKeys.find((key) => key.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  throw new Error(`the condition key ${name} is not known to the local host; known are ${knownKeys.join(", ")}`);
};

/** A statement's Condition; throws for an operator or a key that the local host does not evaluate. */
export const conditionOf = (block: ConditionBlock): Condition => compileCondition(block, keyNamed);
