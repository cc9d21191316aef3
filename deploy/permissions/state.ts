import { allow, type Permission } from "./permission";

/** The template's own: where Pulumi keeps this stack's state, and the key of its secrets. */
const bucket = "arn:aws:s3:::order-pipeline-state-${Stack}-${AWS::AccountId}";
const secretsKey = "${SecretsKey.Arn}";

/** A preview locks nothing and writes nothing. */
export const readState: readonly Permission[] = [
  allow("s3", "ListBucket", [bucket]),
  allow("s3", "GetObject", [`${bucket}/.pulumi/*`]),
  allow("kms", "Decrypt", [secretsKey]),
];

/** An update locks the stack, writes its state after each resource, and keeps the history. */
export const writeState: readonly Permission[] = [
  ...readState,
  allow("s3", "PutObject DeleteObject", [`${bucket}/.pulumi/*`]),
  allow("kms", "Encrypt", [secretsKey]),
];
