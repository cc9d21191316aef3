import { workQueuesOf } from "../dead-letter-queues";
import { inDays, retentionSeconds } from "../retention";
import type { StackRule } from "../rule";
import { isSet, type Properties } from "../value";

export const queueHasDeadLetters: StackRule = {
  name: "queue-has-dead-letters",
  area: "Nothing lost",
  reason: "A message that keeps failing is deleted when its retention ends, unless a dead-letter queue takes it.",
  source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  fix: "Set redrivePolicy with a dead-letter queue.",
  severity: "critical",
  checkStack: (stack) =>
    workQueuesOf(stack)
      .filter(
        (queue) =>
          !isSet(queue.properties["redrivePolicy"]) &&
          stack.referringTo(queue, "aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl").length === 0,
      )
      .map((resource) => ({
        resource,
        message: `${resource.label} has no redrivePolicy: a message that keeps failing is lost after ${lifetime(resource.properties)}. Set redrivePolicy with a dead-letter queue.`,
      })),
};

const lifetime = (queue: Properties): string => {
  const seconds = retentionSeconds(queue);
  return seconds === undefined ? "its retention" : inDays(seconds);
};
