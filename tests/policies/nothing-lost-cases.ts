import { add, remove, replace, set } from "./fixture";
import { deadLetters, queueArn, redriveTo, ruleArn, sends } from "./fixture-resources";
import type { RuleCase } from "./rule-case";

export const nothingLostCases: readonly RuleCase[] = [
  {
    rule: "bucket-is-versioned",
    breaks: "a bucket without versions",
    change: remove("drop-versions"),
    finds: {
      drop: "bucket drop keeps no versions: what is overwritten or deleted is gone. Declare a BucketVersioning with status Enabled.",
    },
  },
  {
    rule: "bucket-is-versioned",
    breaks: "a bucket whose versions are suspended",
    change: set("drop-versions", { versioningConfiguration: { status: "Suspended" } }),
    finds: {
      drop: "bucket drop keeps no versions: what is overwritten or deleted is gone. Declare a BucketVersioning with status Enabled.",
    },
  },
  {
    rule: "queue-has-dead-letters",
    breaks: "a queue without redrivePolicy",
    change: set("work", { redrivePolicy: undefined }),
    finds: {
      work: "queue work has no redrivePolicy: a message that keeps failing is lost after 4 days. Set redrivePolicy with a dead-letter queue.",
    },
  },
  {
    rule: "queue-has-dead-letters",
    breaks: "a queue without redrivePolicy that keeps messages for ninety seconds",
    change: set("work", { redrivePolicy: undefined, messageRetentionSeconds: 90 }),
    finds: {
      work: "queue work has no redrivePolicy: a message that keeps failing is lost after 90 seconds. Set redrivePolicy with a dead-letter queue.",
    },
  },
  {
    rule: "dead-letters-outlive-source",
    breaks: "a dead-letter queue that keeps messages no longer than its source",
    change: set("work-dlq", { messageRetentionSeconds: 345_600 }),
    finds: {
      "work-dlq":
        "queue work-dlq keeps dead letters for 4 days and queue work keeps messages for 4 days: a dead letter keeps its age and may be gone on arrival. Set messageRetentionSeconds to 1209600.",
    },
  },
  {
    rule: "dead-letters-outlive-source",
    breaks: "a dead-letter queue with SQS's default retention, set by a RedrivePolicy",
    change: (fixture) =>
      add({
        type: "aws:sqs/redrivePolicy:RedrivePolicy",
        name: "redrive",
        inputs: {
          queueUrl: "https://sqs.eu-central-1.amazonaws.com/111122223333/work",
          redrivePolicy: redriveTo("work-dlq"),
        },
      })(set("work-dlq", { messageRetentionSeconds: undefined })(set("work", { redrivePolicy: undefined })(fixture))),
    finds: {
      "work-dlq":
        "queue work-dlq keeps dead letters for 4 days and queue work keeps messages for 4 days: a dead letter keeps its age and may be gone on arrival. Set messageRetentionSeconds to 1209600.",
    },
  },
  {
    rule: "receives-before-dead-letters",
    breaks: "a queue with one receive",
    change: set("work", { redrivePolicy: redriveTo("work-dlq", 1) }),
    finds: {
      work: "queue work has maxReceiveCount 1: being throttled is enough to end among the dead letters. Set it to 5 or more.",
    },
    inPreview: {},
  },
  {
    rule: "receives-before-dead-letters",
    breaks: "a component with two receives",
    change: set("worker-component", { maxReceives: 2 }),
    finds: {
      "worker-component":
        "worker worker-component has maxReceives 2: being throttled is enough to end among the dead letters. Set it to 5 or more.",
    },
  },
  {
    rule: "visibility-covers-consumer",
    breaks: "a queue that hides messages for less than six times the function's timeout",
    change: set("work", { visibilityTimeoutSeconds: 59 }),
    finds: {
      work: "queue work hides a message for 59 seconds and function worker may take 10: with its retries it is worked on twice. Set visibilityTimeoutSeconds to 60 or more.",
    },
  },
  {
    rule: "visibility-covers-consumer",
    breaks: "a queue that leaves no room for the batching window",
    change: set("work-to-worker", { maximumBatchingWindowInSeconds: 20 }),
    finds: {
      work: "queue work hides a message for 60 seconds and function worker may take 10: with its retries it is worked on twice. Set visibilityTimeoutSeconds to 80 or more.",
    },
  },
  {
    rule: "mapping-reports-failures",
    breaks: "a mapping without ReportBatchItemFailures",
    change: set("work-to-worker", { functionResponseTypes: undefined }),
    finds: {
      "work-to-worker":
        'event source mapping work-to-worker does not take reports of failed messages: those that its function reports are deleted as done. Set functionResponseTypes to ["ReportBatchItemFailures"].',
    },
  },
  {
    rule: "stream-mapping-cannot-block",
    breaks: "a stream mapping that does not bisect",
    change: set("orders-to-relay", { bisectBatchOnFunctionError: undefined }),
    finds: {
      "orders-to-relay":
        "event source mapping orders-to-relay retries the whole batch for one bad record: bisectBatchOnFunctionError is not set. Set it to true.",
    },
  },
  {
    rule: "stream-mapping-cannot-block",
    breaks: "a stream mapping that retries for ever",
    change: set("orders-to-relay", { maximumRetryAttempts: -1 }),
    finds: {
      "orders-to-relay":
        "event source mapping orders-to-relay retries until the stream forgets the record: maximumRetryAttempts is -1. Set it to 0 to 10000.",
    },
  },
  {
    rule: "stream-mapping-cannot-block",
    breaks: "a stream mapping without a destination",
    change: set("orders-to-relay", { destinationConfig: undefined }),
    finds: {
      "orders-to-relay":
        "event source mapping orders-to-relay drops a record after its retries: destinationConfig.onFailure is not set. Set it to a queue, a topic or a bucket.",
    },
  },
  {
    rule: "rule-target-has-dead-letters",
    breaks: "a target without deadLetterConfig",
    change: set("placed-to-work", { deadLetterConfig: undefined }),
    finds: {
      "placed-to-work":
        "event target placed-to-work has no deadLetterConfig: an event that cannot be delivered is dropped after 24 hours. Set deadLetterConfig with a queue's ARN.",
    },
  },
  {
    rule: "rule-target-has-dead-letters",
    breaks: "a schedule without deadLetterConfig",
    change: set("nightly", { target: { arn: queueArn("work") } }),
    finds: {
      nightly:
        "schedule nightly has no deadLetterConfig: an event that cannot be delivered is dropped after 24 hours. Set deadLetterConfig with a queue's ARN.",
    },
  },
  {
    rule: "subscription-has-dead-letters",
    breaks: "a subscription without redrivePolicy",
    change: set("to-partner", { redrivePolicy: undefined }),
    finds: {
      "to-partner":
        "topic subscription to-partner has no redrivePolicy: a message that cannot be delivered to its sqs endpoint is discarded. Set redrivePolicy with a dead-letter queue.",
    },
  },
  {
    rule: "dead-letters-let-sender-in",
    breaks: "a dead-letter queue whose policy knows no sender",
    change: replace(...deadLetters("rule-dlq")),
    finds: {
      "rule-dlq":
        "queue rule-dlq does not let events.amazonaws.com in, which sends it the dead letters of event target placed-to-work: they are lost without an error. Allow sqs:SendMessage to events.amazonaws.com in its QueuePolicy.",
    },
  },
  {
    rule: "dead-letters-let-sender-in",
    breaks: "a dead-letter queue that lets another rule in",
    change: replace(
      ...deadLetters("rule-dlq", sends("events.amazonaws.com", queueArn("rule-dlq"), `${ruleArn}-other`)),
    ),
    finds: {
      "rule-dlq":
        "queue rule-dlq does not let events.amazonaws.com in, which sends it the dead letters of event target placed-to-work: they are lost without an error. Allow sqs:SendMessage to events.amazonaws.com in its QueuePolicy.",
    },
    inPreview: {},
  },
  {
    rule: "dead-letters-let-sender-in",
    breaks:
      "a dead-letter queue whose ARN pattern has a * that should reach over a colon, which it does not in ArnEquals",
    change: replace(
      ...deadLetters("rule-dlq", sends("events.amazonaws.com", queueArn("rule-dlq"), "arn:aws:events:*:rule/*")),
    ),
    finds: {
      "rule-dlq":
        "queue rule-dlq does not let events.amazonaws.com in, which sends it the dead letters of event target placed-to-work: they are lost without an error. Allow sqs:SendMessage to events.amazonaws.com in its QueuePolicy.",
    },
    inPreview: {},
  },
  {
    rule: "dead-letters-let-sender-in",
    breaks: "a dead-letter queue without a policy",
    change: remove("news-dlq-policy"),
    finds: {
      "news-dlq":
        "queue news-dlq does not let sns.amazonaws.com in, which sends it the dead letters of topic subscription to-partner: they are lost without an error. Allow sqs:SendMessage to sns.amazonaws.com in its QueuePolicy.",
    },
  },
  {
    rule: "table-has-point-in-time-recovery",
    breaks: "a table without point-in-time recovery",
    change: set("orders", { pointInTimeRecovery: { enabled: false } }),
    finds: {
      orders:
        "table orders has no point-in-time recovery: what is destroyed by mistake cannot be brought back. Set pointInTimeRecovery with enabled: true.",
    },
  },
  {
    rule: "deletion-is-refused",
    breaks: "a table that Pulumi protects and AWS does not",
    change: set("orders", { deletionProtectionEnabled: false }),
    finds: {
      orders: "table orders is protected, but AWS would delete it: deletionProtectionEnabled is false. Set it to true.",
    },
  },
  {
    rule: "deletion-is-refused",
    breaks: "a table without protection where the stack asks for it",
    change: set("orders", { deletionProtectionEnabled: undefined }, { protect: false }),
    config: { "shop:protect": "true" },
    finds: {
      orders:
        "table orders is protected, but AWS would delete it: deletionProtectionEnabled is not set. Set it to true.",
    },
  },
  {
    rule: "deletion-is-refused",
    breaks: "a user pool that Pulumi protects and AWS does not",
    change: add({
      type: "aws:cognito/userPool:UserPool",
      name: "people",
      inputs: { deletionProtection: "INACTIVE" },
      protect: true,
    }),
    finds: {
      people:
        'user pool people is protected, but AWS would delete it: deletionProtection is "INACTIVE". Set it to "ACTIVE".',
    },
  },
  {
    rule: "key-is-protected",
    breaks: "a key without protection that encrypts a protected table",
    change: set("key", {}, { protect: false }),
    finds: {
      key: "key key is not protected and table orders, which it encrypts, is: without the key its data cannot be read. Set the option protect.",
    },
  },
  {
    rule: "key-is-protected",
    breaks: "an alias without protection",
    change: set("key-alias", {}, { protect: false }),
    finds: {
      "key-alias":
        "alias alias/shop is not protected and table orders, which it encrypts, is: without the key its data cannot be read. Set the option protect.",
    },
  },
  {
    rule: "encrypted-bus-has-dead-letters",
    breaks: "an encrypted bus without a dead-letter queue",
    change: set("bus", { deadLetterConfig: undefined }),
    finds: {
      bus: "event bus bus has a key of the account's own and no deadLetterConfig: events are lost while the key cannot be used. Set deadLetterConfig with a queue's ARN.",
    },
  },
  {
    rule: "dead-letters-let-sender-in",
    breaks: "a bus whose dead-letter queue does not know it",
    change: replace(...deadLetters("bus-dlq")),
    finds: {
      "bus-dlq":
        "queue bus-dlq does not let events.amazonaws.com in, which sends it the dead letters of event bus bus: they are lost without an error. Allow sqs:SendMessage to events.amazonaws.com in its QueuePolicy.",
    },
  },
];
