import { PublishBatchCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AccessCheck, allowEverything } from "../src/kernel/endpoint/access-control";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { queueArn } from "./hosted-endpoint";
import { type HostedMessaging, hostedMessaging, queue, subscription, topic, topicArn } from "./hosted-messaging";

const region = "us-east-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

describe("a topic", () => {
  let host: HostedMessaging;
  let sns: SNSClient;
  let sqs: SQSClient;
  let denied: (check: AccessCheck) => boolean;
  const invoked: unknown[] = [];

  beforeEach(async () => {
    denied = () => false;
    invoked.length = 0;
    host = await hostedMessaging({
      access: {
        ...allowEverything,
        check: (check) => {
          if (denied(check)) throw new AwsError("AccessDeniedException", `not authorized: ${check.action}`, 403);
        },
      },
      calls: {
        invokeFunctionAsync: async (principal, functionArn, payload) => {
          invoked.push({ principal, functionArn, payload });
        },
      },
      resources: (url) => [
        queue(url, "raw"),
        queue(url, "wrapped"),
        queue(url, "lost"),
        topic("news", { displayName: "News" }),
        subscription("raw", {
          topic: topicArn("news"),
          protocol: "sqs",
          endpoint: queueArn("raw"),
          rawMessageDelivery: true,
          filterPolicy: JSON.stringify({ kind: ["placed", { prefix: "re" }] }),
          redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("lost") }),
        }),
        subscription("wrapped", { topic: topicArn("news"), protocol: "sqs", endpoint: queueArn("wrapped") }),
        subscription("function", {
          topic: topicArn("news"),
          protocol: "lambda",
          endpoint: "arn:aws:lambda:us-east-1:000000000000:function:reader",
          filterPolicyScope: "MessageBody",
          filterPolicy: { photo: { total: [{ numeric: [">", 10] }] } },
        }),
        subscription("mail", {
          topic: topicArn("news"),
          protocol: "email",
          endpoint: "someone@example.com",
          filterPolicy: { kind: ["mail"] },
        }),
      ],
    });
    sns = new SNSClient({ endpoint: host.url, region, credentials });
    sqs = new SQSClient({ endpoint: host.url, region, credentials });
  });
  afterEach(async () => {
    sns.destroy();
    sqs.destroy();
    await host.stop();
  });

  const publish = (Message: string, kind: string) =>
    sns.send(
      new PublishCommand({
        TopicArn: topicArn("news"),
        Message,
        Subject: "A subject",
        MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
      }),
    );
  const messages = async (name: string) =>
    (
      await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: host.queueUrl(name),
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
        }),
      )
    ).Messages ?? [];

  it("gives raw subscribers the body with its attributes, and others an envelope", async () => {
    const { MessageId } = await publish('{"a":1}', "placed");
    const [raw] = await messages("raw");
    expect(raw).toMatchObject({ Body: '{"a":1}', MessageAttributes: { kind: { StringValue: "placed" } } });
    const [wrapped] = await messages("wrapped");
    expect(JSON.parse(wrapped?.Body ?? "")).toMatchObject({
      Type: "Notification",
      MessageId,
      TopicArn: topicArn("news"),
      Subject: "A subject",
      Message: '{"a":1}',
      MessageAttributes: { kind: { Type: "String", Value: "placed" } },
    });
    expect(wrapped?.MessageAttributes).toBeUndefined();
  });

  it("passes a subscriber by whose filter policy does not match", async () => {
    await publish("x", "cancelled");
    await publish("y", "refunded");
    expect((await messages("raw")).map(({ Body }) => Body)).toEqual(["y"]);
    expect(await messages("wrapped")).toHaveLength(2);
  });

  it("filters on the body where the subscription says so, and invokes a function in the topic's name", async () => {
    await publish(JSON.stringify({ photo: { total: 5 } }), "placed");
    await publish("no JSON", "placed");
    await publish(JSON.stringify({ photo: { total: 50 } }), "placed");
    expect(invoked).toHaveLength(1);
    expect(invoked[0]).toMatchObject({
      principal: { kind: "service", service: "sns.amazonaws.com", sourceArn: topicArn("news") },
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:reader",
      payload: {
        Records: [{ EventSource: "aws:sns", Sns: { Message: '{"photo":{"total":50}}', Subject: "A subject" } }],
      },
    });
  });

  it("dead-letters what a queue's policy refuses, and drops it aloud without a dead-letter queue", async () => {
    denied = ({ action, resourceArn }) => action === "sqs:SendMessage" && resourceArn !== queueArn("lost");
    await publish("refused", "placed");
    expect((await messages("lost")).map(({ Body }) => Body)).toEqual(["refused"]);
    expect(await messages("wrapped")).toEqual([]);
    const told = host.events.map(({ what, level, detail }) => [level, what, detail?.["endpoint"]]);
    expect(told.sort()).toEqual([
      ["error", "dropped", queueArn("wrapped")],
      ["warn", "dead-lettered", queueArn("raw")],
    ]);
  });

  it("dead-letters what was meant for a queue that is gone", async () => {
    host.queues.queues.delete(host.queues.queues.byArn(queueArn("raw")));
    await publish("nobody there", "placed");
    expect((await messages("lost")).map(({ Body }) => Body)).toEqual(["nobody there"]);
  });

  it("tells what it would have mailed", async () => {
    await publish("Dear reader", "mail");
    expect(host.events).toMatchObject([
      { what: "e-mail", resource: "someone@example.com", detail: { subject: "A subject", body: "Dear reader" } },
    ]);
  });

  it("answers for each entry of a batch", async () => {
    const { Successful, Failed } = await sns.send(
      new PublishBatchCommand({
        TopicArn: topicArn("news"),
        PublishBatchRequestEntries: [
          { Id: "one", Message: "1" },
          { Id: "two", Message: "2" },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["one", "two"]);
    expect(Successful?.every(({ MessageId }) => MessageId !== undefined)).toBe(true);
    expect(Failed ?? []).toEqual([]);
    expect(await messages("wrapped")).toHaveLength(2);
  });

  it("delivers to a queue that somebody subscribes while it runs", async () => {
    await sns.send(
      new SubscribeCommand({
        TopicArn: topicArn("news"),
        Protocol: "sqs",
        Endpoint: queueArn("lost"),
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    await publish("hello & <welcome>", "placed");
    expect((await messages("lost")).map(({ Body }) => Body)).toEqual(["hello & <welcome>"]);
  });

  it("answers AuthorizationError to a caller who may not publish", async () => {
    denied = ({ action }) => action === "sns:Publish";
    await expect(publish("x", "placed")).rejects.toMatchObject({
      name: "AuthorizationErrorException",
      message: "not authorized: sns:Publish",
    });
  });

  it("answers NotFound for a topic that is not there", async () => {
    const sent = sns.send(new PublishCommand({ TopicArn: topicArn("olds"), Message: "x" }));
    await expect(sent).rejects.toMatchObject({ name: "NotFoundException", message: "Topic does not exist" });
  });
});
