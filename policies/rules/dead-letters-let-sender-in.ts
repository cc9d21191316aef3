import { compileCondition } from "iam-documents/condition";
import { actionPattern } from "iam-documents/pattern";
import { sendersOfDeadLetters } from "../dead-letter-queues";
import { knownActions, knownStatements, principalsOf, type Statement } from "../policy-document";
import type { StackRule } from "../rule";
import type { Stack, StackResource } from "../stack";
import { unknown, type Value } from "../value";

/** Who delivers dead letters under its service's name, and the property that names its source; without one it is its own. */
const services: Readonly<
  Record<string, { readonly service: string; readonly source?: string; readonly sourceType: string }>
> = {
  "aws:cloudwatch/eventBus:EventBus": {
    service: "events.amazonaws.com",
    sourceType: "aws:cloudwatch/eventBus:EventBus",
  },
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
        if (service === undefined || sourceType === undefined) return [];
        const sources = (source === undefined ? [sender] : stack.referredBy(sender, source, sourceType)).map(
          ({ properties }) => properties["arn"] ?? unknown,
        );
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

  function lets(statement: Statement): boolean {
    return (
      statement.effect === "Allow" &&
      knownActions(statement).some((action) => actionPattern(action)("sqs:SendMessage")) &&
      principalsOf(statement, "service", "everybody").some((name) => name === service || name === "*") &&
      (sources.length === 0 || sources.some((arn) => isFor(statement, arn)))
    );
  }
}

/** Whether a statement's conditions on the source hold for this one. What is unknown is believed. */
function isFor({ condition }: Statement, source: Value): boolean {
  return Object.entries(condition).every(([operator, byKey]) =>
    Object.entries(byKey)
      .filter(([key]) => key.toLowerCase() === "aws:sourcearn")
      .every(([key, values]) => {
        const patterns = values.filter((value) => typeof value === "string");
        if (typeof source !== "string" || patterns.length < values.length) return true;
        return compileCondition({ [operator]: { [key]: patterns } }).holds(() => [source]);
      }),
  );
}
