import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { Alarms } from "./alarms";
import type { DashboardWidget } from "./dashboard";
import { EventRule, type EventRuleArgs } from "./event-rule";
import type { Grant } from "./grant";
import type { KmsKey } from "./kms-key";

export interface EventBusArgs {
  readonly alarms: Pick<Alarms, "declare">;
  /** Encrypts events on the bus, in its archive and in the dead-letter queues of its rules. Default: keys that AWS owns. */
  readonly key?: KmsKey | undefined;
  /** Days that the archive keeps every event for a replay. Default 30. */
  readonly archiveDays?: number;
}

/** A bus of events, with an archive of all that it carried. */
export class EventBus extends pulumi.ComponentResource {
  readonly bus: cloudwatch.EventBus;
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];
  private readonly shared: Pick<EventBusArgs, "alarms" | "key">;

  constructor(name: string, args: EventBusArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:EventBus", name, {}, options);
    const child = { parent: this };
    const { alarms, key } = args;
    const encryption = key === undefined ? {} : { kmsKeyIdentifier: key.arn };
    this.shared = { alarms, key };
    this.bus = new cloudwatch.EventBus(name, encryption, child);
    this.name = this.bus.name;
    this.arn = this.bus.arn;
    new cloudwatch.EventArchive(
      name,
      { eventSourceArn: this.bus.arn, retentionDays: args.archiveDays ?? 30, ...encryption },
      child,
    );
    this.widgets = [
      {
        title: name,
        metrics: [
          ["AWS/Events", "TriggeredRules", { EventBusName: this.bus.name }],
          ["AWS/Events", "FailedInvocations", { EventBusName: this.bus.name }],
        ],
        statistic: "Sum",
      },
    ];
    this.registerOutputs({ name: this.name, arn: this.arn });
  }

  grantPutEvents(): Grant {
    return { actions: ["events:PutEvents"], resources: [this.arn] };
  }

  /** A rule on this bus. Its target is set with `to`. */
  rule(name: string, args: Pick<EventRuleArgs, "description" | "pattern">): EventRule {
    return new EventRule(name, { ...args, ...this.shared, busName: this.name }, { parent: this });
  }
}
