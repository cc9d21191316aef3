import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { retryDelays } from "../src/services/sns/retry-delays";
import { eventually } from "../testing/eventually";
import { type StubAnswer, type StubService, stubService } from "../testing/stub-service";
import { queueArn } from "./hosted-endpoint";
import { type HostedMessaging, hostedMessaging, queue, subscription, topic, topicArn } from "./hosted-messaging";

const options = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

describe("a subscription by HTTP", () => {
  let host: HostedMessaging;
  let web: StubService;
  let answer: (post: number) => StubAnswer | "silence";
  let sns: SNSClient;
  let sqs: SQSClient;

  beforeEach(async () => {
    answer = () => ({ status: 200 });
    web = await stubService((_, post) => answer(post));
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("lost") });
    const to = (endpoint: string, more: object) => ({ topic: topicArn("news"), endpoint, redrivePolicy, ...more });
    host = await hostedMessaging({
      resources: (url) => [
        queue(url, "lost"),
        topic("news"),
        subscription("wrapped", to(`${web.url}/wrapped`, { protocol: "http", filterPolicy: '{"kind":["wrapped"]}' })),
        subscription(
          "raw",
          to(`${web.url}/raw`, {
            protocol: "http",
            rawMessageDelivery: true,
            filterPolicy: '{"kind":["raw"]}',
            deliveryPolicy:
              '{"healthyRetryPolicy":{"numRetries":2,"minDelayTarget":1,"maxDelayTarget":1,"numNoDelayRetries":2}}',
          }),
        ),
        subscription("away", to("https://web.example/hook", { protocol: "https", filterPolicy: '{"kind":["away"]}' })),
      ],
    });
    sns = new SNSClient({ endpoint: host.url, ...options });
    sqs = new SQSClient({ endpoint: host.url, ...options });
  });
  afterEach(async () => {
    sns.destroy();
    sqs.destroy();
    await host.topics.stop();
    await host.stop();
    await web[Symbol.asyncDispose]();
  });

  const publish = (kind: string) =>
    sns.send(
      new PublishCommand({
        TopicArn: topicArn("news"),
        Message: '{"hello":"world"}',
        MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
      }),
    );
  const deadLetters = async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl: host.queueUrl("lost"), MaxNumberOfMessages: 10 })))
      .Messages ?? [];
  const outcomes = () => host.events.filter(({ what }) => what === "webhook").map(({ detail }) => detail?.["outcome"]);

  it("is posted the envelope, with SNS's headers", async () => {
    const { MessageId } = await publish("wrapped");
    await eventually(() => expect(outcomes()).toEqual(["delivered"]));
    expect(web.requests).toMatchObject([
      {
        path: "/wrapped",
        headers: {
          "x-amz-sns-message-type": "Notification",
          "x-amz-sns-message-id": MessageId,
          "x-amz-sns-topic-arn": topicArn("news"),
        },
        json: { Type: "Notification", MessageId, Message: '{"hello":"world"}' },
      },
    ]);
    expect(web.requests[0]?.headers).not.toHaveProperty("x-amz-sns-rawdelivery");
  });

  it("is posted the bare message where it asks for that", async () => {
    await publish("raw");
    await eventually(() => expect(outcomes()).toEqual(["delivered"]));
    expect(web.requests).toMatchObject([{ headers: { "x-amz-sns-rawdelivery": "true" }, text: '{"hello":"world"}' }]);
  });

  it("is tried again after 429 and 5xx, as its delivery policy says", async () => {
    answer = (post) => ({ status: [429, 503, 200][post] ?? 200 });
    await publish("raw");
    await eventually(() => expect(outcomes()).toEqual(["delivered"]));
    expect(web.requests).toHaveLength(3);
    expect(await deadLetters()).toEqual([]);
  });

  it("has its message dead-lettered after the last try", async () => {
    answer = () => ({ status: 500 });
    await publish("raw");
    await eventually(async () => expect(outcomes()).toEqual(["not delivered in 3 tries: HTTP 500"]));
    await eventually(async () => expect((await deadLetters()).map(({ Body }) => Body)).toEqual(['{"hello":"world"}']));
    expect(web.requests).toHaveLength(3);
  });

  it("is not asked again after another client error, which SNS takes for final", async () => {
    answer = () => ({ status: 410 });
    await publish("raw");
    await eventually(() => expect(outcomes()).toEqual(["not delivered in 1 tries: HTTP 410"]));
  });

  it("holds up nobody who publishes, and is dead-lettered when the host stops meanwhile", async () => {
    answer = () => ({ status: 503 });
    await publish("wrapped");
    await eventually(() => expect(web.requests).toHaveLength(1));
    // The default policy would wait for 20 seconds.
    await host.topics.stop();
    expect(outcomes()).toEqual(["not delivered in 2 tries: HTTP 503"]);
    expect(await deadLetters()).toHaveLength(1);
  });

  it("of another machine is not posted to: what it would have got is kept in the outbox", async () => {
    await publish("away");
    await eventually(() => expect(outcomes()).toHaveLength(1));
    const outbox = join(host.dataDir, "outbox");
    const letters = readdirSync(outbox).map((name) => JSON.parse(readFileSync(join(outbox, name), "utf8")));
    expect(letters).toMatchObject([
      {
        to: "https://web.example/hook",
        topicArn: topicArn("news"),
        body: expect.stringContaining('{\\"hello\\":\\"world\\"}'),
        outcome: "kept here only: the address is not on this machine",
      },
    ]);
  });
});

describe("the retries of a post", () => {
  it("are three, 20 seconds apart, unless the subscription says otherwise", () => {
    expect(retryDelays(undefined)).toEqual([20_000, 20_000, 20_000]);
  });

  it.each([
    ["linear", [10_000, 20_000, 30_000]],
    ["exponential", [10_000, 17_321, 30_000]],
  ])("go from the shortest to the longest delay, %s", (backoffFunction, expected) => {
    const healthyRetryPolicy = { numRetries: 3, minDelayTarget: 10, maxDelayTarget: 30, backoffFunction };
    expect(retryDelays(JSON.stringify({ healthyRetryPolicy }))).toEqual(expected);
  });

  it("stay within the hour that SNS allows, for the webhooks of this program's kind", () => {
    const healthyRetryPolicy = {
      minDelayTarget: 5,
      maxDelayTarget: 300,
      numRetries: 12,
      backoffFunction: "exponential",
    };
    const delays = retryDelays(JSON.stringify({ healthyRetryPolicy }));
    expect(delays).toHaveLength(12);
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeLessThan(3_600_000);
  });
});
