import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import type { DashboardWidget } from "./dashboard";
import { EventRule, type EventRuleArgs } from "./event-rule";
import type { Grant } from "./grant";
import type { Platform } from "./platform";

export interface EventBusArgs {
  readonly platform: Platform;
  /** Days that the archive keeps every event for a replay. Default 30. */
  readonly archiveDays?: number;
}

/** The bus that says what happened to orders, with an archive of all of it. */
export class EventBus extends pulumi.ComponentResource {
  readonly bus: cloudwatch.EventBus;
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly widgets: readonly DashboardWidget[];
  private readonly platform: Platform;

  constructor(name: string, args: EventBusArgs, options?: pulumi.ComponentResourceOptions) {
    super("order-pipeline:index:EventBus", name, {}, options);
    const child = { parent: this };
    const { key } = args.platform;
    const encryption = key === undefined ? {} : { kmsKeyIdentifier: key.arn };
    this.platform = args.platform;
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
    return new EventRule(name, { ...args, platform: this.platform, busName: this.name }, { parent: this });
  }
}
