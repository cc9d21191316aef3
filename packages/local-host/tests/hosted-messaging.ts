import type { AwsService } from "../src/kernel/endpoint/aws-service";
import type { HostContext } from "../src/kernel/host-context";
import type { ResourceNode } from "../src/kernel/program/resource-graph";
import { type BucketHost, bucketHost } from "../src/services/s3/bucket-host";
import type { Deliveries } from "../src/services/sns/delivery";
import { type TopicHost, topicHost } from "../src/services/sns/topic-host";
import {
  accountId,
  type HostedEndpoint,
  type HostedEndpointOptions,
  hostedEndpoint,
  queueArn,
  region,
  resource,
} from "./hosted-endpoint";

export const queue = (url: string, name: string, inputs: Readonly<Record<string, unknown>> = {}): ResourceNode =>
  resource("aws:sqs/queue:Queue", `${url}/${accountId}/${name}`, inputs, {
    name,
    arn: queueArn(name),
    url: `${url}/${accountId}/${name}`,
  });

export const topicArn = (name: string): string => `arn:aws:sns:${region}:${accountId}:${name}`;

export const topic = (name: string, inputs: Readonly<Record<string, unknown>> = {}): ResourceNode =>
  resource("aws:sns/topic:Topic", topicArn(name), inputs, { name, arn: topicArn(name) });

export const subscription = (name: string, inputs: Readonly<Record<string, unknown>>): ResourceNode =>
  resource("aws:sns/topicSubscription:TopicSubscription", name, inputs);

export const bucket = (name: string): ResourceNode =>
  resource("aws:s3/bucket:Bucket", name, {}, { bucket: name, arn: `arn:aws:s3:::${name}` });

export interface HostedMessaging extends HostedEndpoint {
  readonly topics: TopicHost;
  readonly buckets: BucketHost;
}

/** The endpoint with queues, topics and buckets. */
export const hostedMessaging = async (
  options: HostedEndpointOptions & {
    readonly deliveries?: Deliveries;
    readonly moreServices?: (context: HostContext) => Promise<readonly AwsService[]>;
  },
): Promise<HostedMessaging> => {
  let topics: TopicHost | undefined;
  let buckets: BucketHost | undefined;
  const endpoint = await hostedEndpoint({
    ...options,
    calls: { recordMetric: () => undefined, ...options.calls },
    services: async (context, queues) => {
      topics = topicHost(context, {
        queues: queues.queues,
        ...(options.deliveries && { deliveries: options.deliveries }),
      });
      buckets = bucketHost(context, { queues: queues.queues, topics: topics.topics });
      return [topics.service, buckets.service, ...((await options.moreServices?.(context)) ?? [])];
    },
  });
  if (topics === undefined || buckets === undefined) throw new Error("the services were not made");
  await topics.start();
  await buckets.start();
  return {
    ...endpoint,
    topics,
    buckets,
    stop: async () => {
      await buckets?.stop();
      await endpoint.stop();
    },
  };
};
