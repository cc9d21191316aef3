import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaresAlarms } from "./alarm-args";
import { asOneStep, type DashboardWidget } from "./dashboard";
import { DeadLetterQueue } from "./dead-letter-queue";
import { EventRule, type EventRuleArgs } from "./event-rule";
import type { Grant } from "./grant";
import type { KmsKey } from "./kms-key";

export interface EventBusArgs {
  readonly alarms: DeclaresAlarms;
  /** Encrypts events on the bus, in its archive and in the dead-letter queues of its rules. Default: keys that AWS owns. */
  readonly key?: KmsKey | undefined;
  /**
   * Encrypts the events that could not be encrypted with `key`, so it must be a different key: it is needed when `key` is
   * disabled. Default: a key that SQS owns.
   */
  readonly deadLetterKey?: KmsKey | undefined;
  /** Days that the archive keeps every event for a replay. Default 30. */
  readonly archiveDays?: number;
}

/** An event bus with an archive of every event. */
export class EventBus extends pulumi.ComponentResource {
  readonly bus: cloudwatch.EventBus;
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  private readonly label: string;
  private readonly rules: EventRule[] = [];
  private readonly deadLetters: DeadLetterQueue | undefined;
  private readonly shared: Pick<EventBusArgs, "alarms" | "key">;

  constructor(name: string, args: EventBusArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:EventBus", name, {}, options);
    const child = { parent: this };
    const { alarms, key } = args;
    const encryption = key === undefined ? {} : { kmsKeyIdentifier: key.arn };
    this.shared = { alarms, key };
    this.label = name;
    // With the key disabled PutEvents answers success, and without this queue the events are gone:
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html
    const deadLetters = key === undefined ? undefined : this.undecryptable(name, args);
    this.deadLetters = deadLetters;
    const deadLetterConfig = deadLetters === undefined ? {} : { deadLetterConfig: { arn: deadLetters.arn } };
    this.bus = new cloudwatch.EventBus(name, { ...encryption, ...deadLetterConfig }, child);
    this.name = this.bus.name;
    this.arn = this.bus.arn;
    deadLetters?.allow({ service: "events.amazonaws.com", sourceArn: this.arn });
    new cloudwatch.EventArchive(
      name,
      { eventSourceArn: this.bus.arn, retentionDays: args.archiveDays ?? 30, ...encryption },
      child,
    );
    this.registerOutputs({ name: this.name, arn: this.arn });
  }

  /** Includes the rules declared so far. */
  get widgets(): readonly DashboardWidget[] {
    return [...asOneStep(this.label, this.rules), ...(this.deadLetters?.widgets ?? [])];
  }

  grantPutEvents(): Grant {
    return { actions: ["events:PutEvents"], resources: [this.arn] };
  }

  /** A rule on this bus. Its target is set with `to`. */
  rule(name: string, args: Pick<EventRuleArgs, "description" | "pattern">): EventRule {
    const rule = new EventRule(name, { ...args, ...this.shared, busName: this.name }, { parent: this });
    this.rules.push(rule);
    return rule;
  }

  private undecryptable(name: string, { alarms, deadLetterKey }: EventBusArgs): DeadLetterQueue {
    return new DeadLetterQueue(
      `${name}-dlq`,
      {
        alarms,
        key: deadLetterKey,
        meaning: `The bus ${name} could not encrypt or decrypt events that it had accepted: read ERROR_CODE in the messages' attributes, and check whether its KMS key is enabled. Then redrive the queue.`,
      },
      { parent: this },
    );
  }
}
