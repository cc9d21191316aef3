import { bucketsOf, configurationsOf } from "../buckets";
import type { StackRule } from "../rule";
import { at, itemsOf, unknown } from "../value";

export const bucketIsVersioned: StackRule = {
  name: "bucket-is-versioned",
  area: "Nothing lost",
  reason: "Without versions an object that is overwritten or deleted by mistake is gone.",
  source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  fix: "Declare a BucketVersioning with status Enabled.",
  severity: "medium",
  checkStack: (stack) =>
    bucketsOf(stack)
      .filter(
        (bucket) =>
          at(bucket.properties["versioning"], "enabled") !== true &&
          !configurationsOf(stack, bucket, "BucketVersioning")
            .flatMap(({ properties }) => itemsOf(properties["versioningConfiguration"]))
            .map((versioning) => at(versioning, "status"))
            .some((status) => status === "Enabled" || status === unknown),
      )
      .map((resource) => ({
        resource,
        message: `${resource.label} keeps no versions: what is overwritten or deleted is gone. Declare a BucketVersioning with status Enabled.`,
      })),
};
