import { demandsTls } from "../demands-tls";
import type { StackRule } from "../rule";

export const queueDemandsTls: StackRule = {
  name: "queue-demands-tls",
  area: "Encryption",
  reason: "Messages that are sent to SQS without TLS can be read and changed on their way.",
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  fix: "Add a statement to the queue's policy that denies requests where aws:SecureTransport is false.",
  severity: "high",
  atPreview:
    "A policy with an unknown ARN is unknown as a whole; the `statements` that the queue's component registers as output are checked in its place.",
  checkStack: (stack) =>
    stack.of("aws:sqs/queue:Queue").flatMap((resource) => {
      const policies = stack.referringTo(resource, "aws:sqs/queuePolicy:QueuePolicy", "queueUrl");
      return demandsTls(resource, policies, "QueuePolicy");
    }),
};
