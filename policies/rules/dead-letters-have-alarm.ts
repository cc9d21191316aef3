import { isWatched } from "../alarms";
import { deadLetterQueuesOf } from "../dead-letter-queues";
import type { StackRule } from "../rule";

export const deadLettersHaveAlarm: StackRule = {
  name: "dead-letters-have-alarm",
  area: "Operated",
  reason: "A dead letter that nobody notices is deleted after 14 days, and then it is lost after all.",
  source:
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html",
  fix: "Declare a MetricAlarm on AWS/SQS ApproximateNumberOfMessagesVisible with the queue's name as QueueName.",
  severity: "high",
  checkStack: (stack) =>
    deadLetterQueuesOf(stack)
      .filter(
        (queue) =>
          !isWatched(stack, queue, {
            namespace: "AWS/SQS",
            names: ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"],
            dimension: "QueueName",
          }),
      )
      .map((resource) => ({
        resource,
        message: `${resource.label} has no alarm on its messages: dead letters lie there unseen until they are deleted. Declare a MetricAlarm on AWS/SQS ApproximateNumberOfMessagesVisible with its name as QueueName.`,
      })),
};
