import { isWatched } from "../alarms";
import { workQueuesOf } from "../dead-letter-queues";
import type { StackRule } from "../rule";

export const queueAgeHasAlarm: StackRule = {
  name: "queue-age-has-alarm",
  area: "Operated",
  reason: "A queue whose consumer is down looks healthy until its messages are too old to be of use.",
  source:
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
  fix: "Declare a MetricAlarm on AWS/SQS ApproximateAgeOfOldestMessage with the queue's name as QueueName.",
  severity: "medium",
  checkStack: (stack) =>
    workQueuesOf(stack)
      .filter(
        (queue) =>
          !isWatched(stack, queue, {
            namespace: "AWS/SQS",
            names: ["ApproximateAgeOfOldestMessage"],
            dimension: "QueueName",
          }),
      )
      .map((resource) => ({
        resource,
        message: `${resource.label} has no alarm on the age of its messages: nobody sees that its consumer is down. Declare a MetricAlarm on AWS/SQS ApproximateAgeOfOldestMessage with its name as QueueName.`,
      })),
};
