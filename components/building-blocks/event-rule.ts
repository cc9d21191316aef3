import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaresAlarms } from "./alarm-args";
import type { DashboardWidget } from "./dashboard";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { KmsKey } from "./kms-key";
import type { ServiceSender } from "./policy-document";
import type { ReceivingQueue } from "./receiving-queue";

export interface EventRuleArgs {
  readonly alarms: DeclaresAlarms;
  /** Encrypts the events that could not be delivered. Default: a key that SQS owns. */
  readonly key?: KmsKey | undefined;
  readonly busName: pulumi.Input<string>;
  /** What the rule is for. */
  readonly description: string;
  /** The events that it matches, as an EventBridge pattern. */
  readonly pattern: Readonly<Record<string, unknown>>;
}

/** A rule of a bus, with a dead-letter queue for events that it could not deliver. */
export class EventRule extends pulumi.ComponentResource {
  readonly rule: cloudwatch.EventRule;
  readonly deadLetters: DeadLetterQueue;
  readonly widgets: readonly DashboardWidget[];
  private readonly name: string;
  private readonly busName: pulumi.Input<string>;

  constructor(name: string, args: EventRuleArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:EventRule", name, {}, options);
    const child = { parent: this };
    this.name = name;
    this.busName = args.busName;
    this.rule = new cloudwatch.EventRule(
      name,
      { eventBusName: args.busName, description: args.description, eventPattern: JSON.stringify(args.pattern) },
      child,
    );
    this.deadLetters = new DeadLetterQueue(
      `${name}-dlq`,
      {
        alarms: args.alarms,
        key: args.key,
        meaning: `EventBridge could not deliver an event of the rule ${name}: read ERROR_CODE in the message's attributes, fix the target, then redrive the queue.`,
      },
      child,
    );
    this.deadLetters.allow(this.sender());
    // The metrics of a custom bus's rule have both dimensions: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    const dimensions = { EventBusName: args.busName, RuleName: this.rule.name };
    const counted = { namespace: "AWS/Events", dimensions, statistic: "Sum" } as const;
    this.widgets = [
      {
        section: "flow",
        title: name,
        metrics: [
          { ...counted, metric: "TriggeredRules", label: `${name} events` },
          { ...counted, metric: "FailedInvocations", label: `${name} not delivered` },
        ],
      },
      ...this.deadLetters.widgets,
      {
        section: "cost",
        title: "Events that matched rules",
        metrics: [{ ...counted, metric: "TriggeredRules", label: name }],
      },
    ];
    args.alarms.declare(
      `${name}-loses-events`,
      {
        description: `EventBridge could neither deliver events of the rule ${name} nor send them to ${name}-dlq: only the bus's archive has them. Fix the queue's policy or key, then replay the archive.`,
        runbook: "a-rule-loses-events",
        namespace: "AWS/Events",
        metric: "InvocationsFailedToBeSentToDlq",
        dimensions,
        statistic: "Sum",
        above: 0,
      },
      child,
    );
    args.alarms.declare(
      `${name}-fails-to-deliver`,
      {
        description: `EventBridge stopped retrying events of the rule ${name}; they are in ${name}-dlq. Fix what their ERROR_CODE names, then redrive that queue.`,
        runbook: "a-rule-loses-events",
        namespace: "AWS/Events",
        metric: "FailedInvocations",
        dimensions,
        statistic: "Sum",
        above: 0,
      },
      child,
    );
    this.registerOutputs({ arn: this.rule.arn });
  }

  /** The rule as a sender, for a queue's policy. */
  sender(): ServiceSender {
    return { service: "events.amazonaws.com", sourceArn: this.rule.arn };
  }

  /** Delivers to a queue, and allows the rule in its policy. Retried for 24 hours, then dead-lettered. */
  to(queue: ReceivingQueue): void {
    queue.allow(this.sender());
    new cloudwatch.EventTarget(
      this.name,
      {
        eventBusName: this.busName,
        rule: this.rule.name,
        arn: queue.arn,
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: this.deadLetters.arn },
      },
      { parent: this, dependsOn: [queue.policy, this.deadLetters.policy] },
    );
  }
}
