import { demandsTls } from "../demands-tls";
import type { StackRule } from "../rule";

export const topicDemandsTls: StackRule = {
  name: "topic-demands-tls",
  area: "Encryption",
  reason: "Messages that are sent to SNS without TLS can be read and changed on their way.",
  source: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
  fix: "Add a statement to the topic's policy that denies requests where aws:SecureTransport is false.",
  severity: "high",
  atPreview:
    "A policy with an unknown ARN is unknown as a whole; the `statements` that the topic's component registers as output are checked in its place.",
  checkStack: (stack) =>
    stack.of("aws:sns/topic:Topic").flatMap((resource) => {
      const policies = stack.referringTo(resource, "aws:sns/topicPolicy:TopicPolicy", "arn");
      return demandsTls(resource, policies, "TopicPolicy");
    }),
};
