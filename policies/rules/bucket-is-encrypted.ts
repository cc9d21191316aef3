import { bucketsOf, configurationsOf } from "../buckets";
import { asksForCustomerKey, customerKeySettings } from "../customer-key";
import type { StackRule } from "../rule";
import { isSet, textsIn, type Value } from "../value";

export const bucketIsEncrypted: StackRule = {
  name: "bucket-is-encrypted",
  area: "Encryption",
  reason: "A bucket's encryption that nobody has declared is not known to be the one that was meant.",
  source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
  fix: "Declare a BucketServerSideEncryptionConfiguration; with aws:kms and kmsMasterKeyId where the stack asks for a key of its own.",
  severity: "high",
  settings: customerKeySettings,
  checkStack: (stack, settings) =>
    bucketsOf(stack).flatMap((resource) => {
      const configurations = configurationsOf(stack, resource, "BucketServerSideEncryptionConfiguration").map(
        ({ properties }) => properties["rules"],
      );
      const all: readonly Value[] = [...configurations, resource.properties["serverSideEncryptionConfiguration"]];
      const declared = all.filter(isSet);
      if (declared.length === 0) {
        return [
          {
            resource,
            message: `${resource.label} has no server-side encryption configured. Declare a BucketServerSideEncryptionConfiguration.`,
          },
        ];
      }
      return asksForCustomerKey(resource, settings) && textsIn(declared).includes("AES256")
        ? [
            {
              resource,
              message: `${resource.label} is encrypted with AES256, but the stack asks for a key of its own. Set sseAlgorithm to aws:kms with kmsMasterKeyId.`,
            },
          ]
        : [];
    }),
};
