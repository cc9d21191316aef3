import { inDays, retentionSeconds } from "../retention";
import type { StackRule } from "../rule";

const queueType = "aws:sqs/queue:Queue";

export const deadLettersOutliveSource: StackRule = {
  name: "dead-letters-outlive-source",
  area: "Nothing lost",
  reason:
    "A dead letter keeps the age it had in its queue; where both keep messages equally long it may be gone on arrival.",
  source:
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html#understanding-message-retention-periods",
  fix: "Set the dead-letter queue's messageRetentionSeconds to 1209600 (14 days), and the source's to less.",
  severity: "high",
  checkStack: (stack) =>
    stack.of(queueType).flatMap((source) => {
      const redrives = stack.referringTo(source, "aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl");
      return [source, ...redrives]
        .flatMap((from) => stack.referredBy(from, "redrivePolicy", queueType))
        .flatMap((resource) => {
          const kept = retentionSeconds(source.properties);
          const keptDead = retentionSeconds(resource.properties);
          return kept === undefined || keptDead === undefined || keptDead > kept
            ? []
            : [
                {
                  resource,
                  message: `${resource.label} keeps dead letters for ${inDays(keptDead)} and ${source.label} keeps messages for ${inDays(kept)}: a dead letter keeps its age and may be gone on arrival. Set messageRetentionSeconds to 1209600.`,
                },
              ];
        });
    }),
};
