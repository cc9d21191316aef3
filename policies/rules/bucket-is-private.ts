import { bucketsOf, configurationsOf } from "../buckets";
import type { StackRule } from "../rule";

const switches = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const bucketIsPrivate: StackRule = {
  name: "bucket-is-private",
  area: "Encryption",
  reason: "One ACL or policy too many opens a bucket to the world, unless public access is blocked altogether.",
  source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  fix: "Declare a BucketPublicAccessBlock with all four switches true.",
  severity: "critical",
  checkStack: (stack) =>
    bucketsOf(stack).flatMap((resource) => {
      const blocks = configurationsOf(stack, resource, "BucketPublicAccessBlock");
      const [block] = blocks;
      if (block === undefined) {
        return [
          {
            resource,
            message: `${resource.label} does not block public access. Declare a BucketPublicAccessBlock with ${switches.join(", ")} true.`,
          },
        ];
      }
      const open = switches.filter((name) => block.properties[name] === undefined || block.properties[name] === false);
      return open.length === 0
        ? []
        : [
            {
              resource,
              message: `${resource.label} can be made public: ${open.join(", ")} is not true. Set it to true.`,
            },
          ];
    }),
};
