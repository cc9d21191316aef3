import { sendersOfDeadLetters } from "../dead-letter-queues";
import { knownStatements, type Statement } from "../policy-document";
import type { StackRule } from "../rule";
import type { Stack, StackResource } from "../stack";
import { unknown, type Value } from "../value";

/** Who delivers dead letters under its service's name, and the property that its ARN or its source's ARN comes from. */
const services: Readonly<
  Record<string, { readonly service: string; readonly source: string; readonly sourceType: string }>
> = {
  "aws:cloudwatch/eventTarget:EventTarget": {
    service: "events.amazonaws.com",
    source: "rule",
    sourceType: "aws:cloudwatch/eventRule:EventRule",
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    service: "sns.amazonaws.com",
    source: "topic",
    sourceType: "aws:sns/topic:Topic",
  },
};

export const deadLettersLetSenderIn: StackRule = {
  name: "dead-letters-let-sender-in",
  area: "Nothing lost",
  reason: "A dead-letter queue whose policy does not let EventBridge or SNS in loses what they send, without an error.",
  source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
  fix: "Add a statement to the queue's policy that allows sqs:SendMessage to the service, with the rule's or topic's aws:SourceArn.",
  severity: "high",
  atPreview:
    "A queue policy with an unknown ARN is unknown as a whole; the `statements` that the queue's component registers as output are checked in its place.",
  checkStack: (stack) =>
    stack.of("aws:sqs/queue:Queue").flatMap((resource) =>
      sendersOfDeadLetters(stack, resource).flatMap((sender) => {
        const { service, source, sourceType } = services[sender.type] ?? {};
        if (service === undefined || source === undefined || sourceType === undefined) return [];
        const sources = stack
          .referredBy(sender, source, sourceType)
          .map(({ properties }) => properties["arn"] ?? unknown);
        return letsIn(stack, resource, service, sources)
          ? []
          : [
              {
                resource,
                message: `${resource.label} does not let ${service} in, which sends it the dead letters of ${sender.label}: they are lost without an error. Allow sqs:SendMessage to ${service} in its QueuePolicy.`,
              },
            ];
      }),
    ),
};

function letsIn(stack: Stack, queue: StackResource, service: string, sources: readonly Value[]): boolean {
  const policies = stack.referringTo(queue, "aws:sqs/queuePolicy:QueuePolicy", "queueUrl");
  const known = [queue, ...policies].map(knownStatements);
  // Undefined: a policy of which a preview knows nothing; it is believed.
  return known.some((statements) => statements === undefined || statements.some(lets));

  function lets({ allows, actions, principals, conditions }: Statement): boolean {
    const named = conditions["aws:sourcearn"] ?? [];
    return (
      allows &&
      actions.some((action) => /^(?:\*|sqs:(?:\*|SendMessage|Send\*))$/i.test(action)) &&
      [...(principals["Service"] ?? []), ...(principals["AWS"] ?? [])].some((it) => it === service || it === "*") &&
      (named.length === 0 ||
        sources.length === 0 ||
        sources.some((arn) => named.some((pattern) => matches(pattern, arn))))
    );
  }
}

/** ARN patterns have `*` and `?`. What is unknown is believed. */
function matches(pattern: Value, arn: Value): boolean {
  if (typeof pattern !== "string" || typeof arn !== "string") return true;
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(arn);
}
