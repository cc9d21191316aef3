import type * as pulumi from "@pulumi/pulumi";

/** A customer-managed KMS key: an `EncryptionKey`, or a `kms.Key` of the program's own. */
export interface KmsKey {
  readonly arn: pulumi.Input<string>;
}
