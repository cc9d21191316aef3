import { bucketsOf, configurationsOf } from "../buckets";
import { demandsTls } from "../demands-tls";
import type { StackRule } from "../rule";

export const bucketDemandsTls: StackRule = {
  name: "bucket-demands-tls",
  area: "Encryption",
  reason: "Objects that travel to or from S3 without TLS can be read and changed on their way.",
  source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
  fix: "Add a statement to the bucket's policy that denies requests where aws:SecureTransport is false.",
  severity: "high",
  atPreview:
    "A policy with an unknown ARN is unknown as a whole; the `statements` that the bucket's component registers as output are checked in its place.",
  checkStack: (stack) =>
    bucketsOf(stack).flatMap((resource) => {
      const policies = configurationsOf(stack, resource, "BucketPolicy");
      return demandsTls(resource, policies, "BucketPolicy");
    }),
};
