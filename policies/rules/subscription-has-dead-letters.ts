import type { ResourceRule } from "../rule";
import { isSet } from "../value";

/** Read by people, who notice or do not; a dead-letter queue would have to reach them too. */
const toPeople = ["email", "email-json", "sms"];

export const subscriptionHasDeadLetters: ResourceRule = {
  name: "subscription-has-dead-letters",
  area: "Nothing lost",
  reason: "SNS discards a message that it could not deliver, unless the subscription's dead-letter queue takes it.",
  source: "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
  fix: "Set the subscription's redrivePolicy with a dead-letter queue. E-mail and SMS need none.",
  severity: "high",
  types: ["aws:sns/topicSubscription:TopicSubscription"],
  check: ({ label, properties }) => {
    const { protocol, redrivePolicy } = properties;
    return isSet(redrivePolicy) || typeof protocol !== "string" || toPeople.includes(protocol)
      ? []
      : [
          `${label} has no redrivePolicy: a message that cannot be delivered to its ${protocol} endpoint is discarded. Set redrivePolicy with a dead-letter queue.`,
        ];
  },
};
