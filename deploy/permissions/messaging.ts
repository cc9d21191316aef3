import { allow, arn, named, type TypePermissions } from "./permission";

const archives = [arn("events", `archive/${named}`)];
const buses = [arn("events", `event-bus/${named}`)];
const rules = [arn("events", `rule/${named}`)];
const queues = [arn("sqs", named)];
const topics = [arn("sns", named)];

const tags = "ListTagsForResource";
const tagging = "TagResource UntagResource";

/** Buses, queues, topics and what joins them. */
export const messaging: Readonly<Record<string, TypePermissions>> = {
  "aws:cloudwatch/eventBus:EventBus": {
    read: [allow("events", `DescribeEventBus ${tags}`, buses)],
    write: [allow("events", `CreateEventBus UpdateEventBus DeleteEventBus ${tagging}`, buses)],
  },
  "aws:cloudwatch/eventArchive:EventArchive": {
    read: [allow("events", "DescribeArchive", archives)],
    write: [
      allow("events", "CreateArchive", [...archives, ...buses]),
      allow("events", "UpdateArchive DeleteArchive", archives),
    ],
  },
  "aws:cloudwatch/eventRule:EventRule": {
    read: [allow("events", `DescribeRule ${tags}`, rules)],
    write: [allow("events", `PutRule EnableRule DisableRule DeleteRule ${tagging}`, rules)],
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    read: [allow("events", "ListTargetsByRule", rules)],
    write: [allow("events", "PutTargets RemoveTargets", rules)],
  },
  "aws:sqs/queue:Queue": {
    read: [allow("sqs", "GetQueueAttributes GetQueueUrl ListQueueTags", queues)],
    write: [allow("sqs", "CreateQueue SetQueueAttributes DeleteQueue TagQueue UntagQueue", queues)],
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    read: [allow("sqs", "GetQueueAttributes", queues)],
    write: [allow("sqs", "SetQueueAttributes", queues)],
  },
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": {
    read: [allow("sqs", "GetQueueAttributes", queues)],
    write: [allow("sqs", "SetQueueAttributes", queues)],
  },
  "aws:sns/topic:Topic": {
    read: [allow("sns", `GetTopicAttributes ${tags}`, topics)],
    write: [allow("sns", `CreateTopic SetTopicAttributes DeleteTopic ${tagging}`, topics)],
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    read: [allow("sns", "GetTopicAttributes", topics)],
    write: [allow("sns", "SetTopicAttributes", topics)],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    read: [allow("sns", "ListSubscriptionsByTopic", topics), allow("sns", "GetSubscriptionAttributes", topics)],
    write: [allow("sns", "Subscribe SetSubscriptionAttributes Unsubscribe", topics)],
  },
};
