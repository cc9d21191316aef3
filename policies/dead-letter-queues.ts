import type { Stack, StackResource } from "./stack";

const queueType = "aws:sqs/queue:Queue";

/** Where a resource names its dead-letter queue: its type, the property, and the path below it. */
const namesDeadLetters: readonly (readonly [type: string, property: string, ...path: string[]])[] = [
  [queueType, "redrivePolicy"],
  ["aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy"],
  ["aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig"],
  ["aws:cloudwatch/eventBus:EventBus", "deadLetterConfig"],
  ["aws:scheduler/schedule:Schedule", "target", "deadLetterConfig"],
  ["aws:sns/topicSubscription:TopicSubscription", "redrivePolicy"],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig", "onFailure"],
  ["aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "destinationConfig", "onFailure"],
  ["aws:lambda/function:Function", "deadLetterConfig"],
];

/** The resources that send what they could not deliver or handle to this queue. */
export const sendersOfDeadLetters = (stack: Stack, queue: StackResource): readonly StackResource[] =>
  namesDeadLetters.flatMap(([type, property, ...path]) => stack.referringTo(queue, type, property, ...path));

/** Queues that are somebody's dead-letter queue. */
export const deadLetterQueuesOf = (stack: Stack): readonly StackResource[] =>
  stack.of(queueType).filter((queue) => sendersOfDeadLetters(stack, queue).length > 0);

/** Queues that are worked on. */
export const workQueuesOf = (stack: Stack): readonly StackResource[] =>
  stack.of(queueType).filter((queue) => sendersOfDeadLetters(stack, queue).length === 0);
