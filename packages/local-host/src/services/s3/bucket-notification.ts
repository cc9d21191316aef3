import type { HostContext } from "../../kernel/host-context";
import type { ResourceNode } from "../../kernel/program/resource-graph";
import type { Topics } from "../sns/topics";
import type { Queues } from "../sqs/queues";
import { type NotificationTarget, notificationType } from "./resource-types";

/** One rule of a bucket's notification configuration. */
export interface NotificationRule {
  readonly id: string;
  readonly kind: "queue" | "topic" | "function";
  readonly targetArn: string;
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** Something that happened to an object. */
export interface ObjectEvent {
  /** For example `ObjectCreated:Put`. */
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** Of a bucket that keeps versions. */
  readonly versionId: string | undefined;
}

export const notificationRules = (
  node: ResourceNode,
): { readonly bucket: string; readonly rules: readonly NotificationRule[] } => {
  const inputs = notificationType.read(node);
  const rule = (
    kind: NotificationRule["kind"],
    targetArn: string,
    of: NotificationTarget,
    index: number,
  ): NotificationRule => ({
    id: of.id ?? `${node.name}-${kind}-${index}`,
    kind,
    targetArn,
    events: of.events,
    prefix: of.filterPrefix ?? "",
    suffix: of.filterSuffix ?? "",
  });
  return {
    bucket: inputs.bucket,
    rules: [
      ...inputs.queues.map((each, index) => rule("queue", each.queueArn, each, index)),
      ...inputs.topics.map((each, index) => rule("topic", each.topicArn, each, index)),
      ...inputs.lambdaFunctions.map((each, index) => rule("function", each.lambdaFunctionArn, each, index)),
    ],
  };
};

const concerns = (rule: NotificationRule, event: ObjectEvent): boolean =>
  event.key.startsWith(rule.prefix) &&
  event.key.endsWith(rule.suffix) &&
  rule.events.some((wanted) => {
    const name = wanted.replace(/^s3:/, "");
    return name.endsWith("*") ? event.name.startsWith(name.slice(0, -1)) : name === event.name;
  });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const record = (rule: NotificationRule, event: ObjectEvent, region: string, sequencer: string) => ({
  eventVersion: "2.1",
  eventSource: "aws:s3",
  awsRegion: region,
  eventTime: new Date().toISOString(),
  eventName: event.name,
  userIdentity: { principalId: "LOCAL" },
  requestParameters: { sourceIPAddress: "127.0.0.1" },
  responseElements: { "x-amz-request-id": sequencer, "x-amz-id-2": "local" },
  s3: {
    s3SchemaVersion: "1.0",
    configurationId: rule.id,
    bucket: { name: event.bucket, ownerIdentity: { principalId: "LOCAL" }, arn: `arn:aws:s3:::${event.bucket}` },
    object: {
      key: encodeURIComponent(event.key).replaceAll("%20", "+").replaceAll("%2F", "/"),
      ...(event.name.startsWith("ObjectRemoved") ? {} : { size: event.size, eTag: event.etag.replaceAll('"', "") }),
      ...(event.versionId === undefined ? {} : { versionId: event.versionId }),
      sequencer,
    },
  },
});

/** Sends what happens to objects where the buckets' configurations say. */
export class BucketNotifications {
  private readonly rules = new Map<string, readonly NotificationRule[]>();
  private readonly context: HostContext;
  private readonly queues: Queues;
  private readonly topics: Topics;
  private sequence = BigInt(Date.now()) << 20n;

  constructor(context: HostContext, queues: Queues, topics: Topics) {
    this.context = context;
    this.queues = queues;
    this.topics = topics;
  }

  set(bucket: string, rules: readonly NotificationRule[]): void {
    this.rules.set(bucket, rules);
  }

  /** S3 sends this to each target when a configuration is made; a consumer has to expect it. */
  async announce(bucket: string): Promise<void> {
    const body = JSON.stringify({
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: new Date().toISOString(),
      Bucket: bucket,
      RequestId: "LOCAL",
      HostId: "local",
    });
    for (const rule of this.rules.get(bucket) ?? []) if (rule.kind !== "function") await this.send(rule, bucket, body);
  }

  async notify(event: ObjectEvent): Promise<void> {
    for (const rule of this.rules.get(event.bucket) ?? []) {
      if (!concerns(rule, event)) continue;
      this.sequence += 1n;
      const sequencer = this.sequence.toString(16).toUpperCase().padStart(18, "0");
      const payload = { Records: [record(rule, event, this.context.graph.region, sequencer)] };
      await this.send(rule, event.bucket, JSON.stringify(payload));
    }
  }

  /** One that is refused is gone, as on AWS; here it is said. */
  private async send(rule: NotificationRule, bucket: string, body: string): Promise<void> {
    const principal = { kind: "service", service: "s3.amazonaws.com", sourceArn: `arn:aws:s3:::${bucket}` } as const;
    try {
      if (rule.kind === "queue") await this.queues.send(principal, rule.targetArn, { body });
      else if (rule.kind === "topic") {
        await this.topics.publish(principal, rule.targetArn, { body, subject: "Amazon S3 Notification" });
      } else await this.context.calls.invokeFunctionAsync(principal, rule.targetArn, JSON.parse(body));
    } catch (error) {
      this.context.events.publish({
        level: "error",
        resource: bucket,
        what: "notification dropped",
        detail: { target: rule.targetArn, reason: String(error) },
      });
    }
  }
}
