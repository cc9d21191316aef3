import {
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queueArn } from "./hosted-endpoint";
import { type HostedMessaging, hostedMessaging, queue, subscription, topic, topicArn } from "./hosted-messaging";

const options = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
let host: HostedMessaging;
let sns: SNSClient;
let sqs: SQSClient;

beforeAll(async () => {
  host = await hostedMessaging({
    resources: (url) => [
      queue(url, "work"),
      queue(url, "other"),
      topic("news"),
      subscription("work", {
        topic: topicArn("news"),
        protocol: "sqs",
        endpoint: queueArn("work"),
        rawMessageDelivery: true,
      }),
    ],
  });
  sns = new SNSClient({ ...options, endpoint: host.url });
  sqs = new SQSClient({ ...options, endpoint: host.url });
});
afterAll(async () => {
  sns.destroy();
  sqs.destroy();
  await host.stop();
});

const received = async () => {
  const command = new ReceiveMessageCommand({ QueueUrl: host.queueUrl("work"), MaxNumberOfMessages: 10 });
  return ((await sqs.send(command)).Messages ?? []).map(({ Body }) => Body);
};

describe("a message attribute", () => {
  const wrong: readonly (readonly [name: string, attribute: MessageAttributeValue, message: string])[] = [
    [
      "n",
      { DataType: "Number", StringValue: "abc" },
      "Can't cast the value of message (user) attribute 'n' to a number.",
    ],
    [
      "n",
      { DataType: "Number", StringValue: "0x10" },
      "Can't cast the value of message (user) attribute 'n' to a number.",
    ],
    [
      "e",
      { DataType: "String", StringValue: "" },
      "must contain non-empty message attribute value for message attribute type 'String'",
    ],
    ["e", { DataType: "Binary", BinaryValue: new Uint8Array() }, "must contain non-empty message attribute value"],
    [
      "t",
      { DataType: "Strong", StringValue: "x" },
      "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    ["t", { DataType: "Stringy", StringValue: "x" }, "has an invalid message attribute type"],
    [
      "f",
      { DataType: "Binary", StringValue: "x" },
      "The message attribute 'f' with type 'Binary' must use field 'Binary'.",
    ],
    [
      "bad name!",
      { DataType: "String", StringValue: "x" },
      "Invalid non-alphanumeric character '#x20' was found in the message attribute name.",
    ],
    ["AWS.x", { DataType: "String", StringValue: "x" }, "starts with a prefix that is reserved"],
    ["amazon.x", { DataType: "String", StringValue: "x" }, "starts with a prefix that is reserved"],
    [".x", { DataType: "String", StringValue: "x" }, "starting with character '.'"],
    ["x.", { DataType: "String", StringValue: "x" }, "ending with character '.'"],
    ["a..b", { DataType: "String", StringValue: "x" }, "can not have successive '.' character"],
    ["a".repeat(257), { DataType: "String", StringValue: "x" }, "must be less than 256 bytes"],
  ];

  it.each(wrong)(
    "%s %j is refused by SendMessage, its batch, Publish and its batch",
    async (name, attribute, message) => {
      const MessageAttributes = { [name]: attribute };
      const content = { MessageBody: "x", MessageAttributes };
      await expect(
        sqs.send(new SendMessageCommand({ QueueUrl: host.queueUrl("work"), ...content })),
      ).rejects.toMatchObject({ name: "InvalidParameterValue", message: expect.stringContaining(message) });
      const batch = { QueueUrl: host.queueUrl("work"), Entries: [{ Id: "a", ...content }] };
      expect((await sqs.send(new SendMessageBatchCommand(batch))).Failed).toMatchObject([
        { Id: "a", Code: "InvalidParameterValue", SenderFault: true, Message: expect.stringContaining(message) },
      ]);
      const refused = { name: "InvalidParameterValueException", message: expect.stringContaining(message) };
      const TopicArn = topicArn("news");
      await expect(sns.send(new PublishCommand({ TopicArn, Message: "x", MessageAttributes }))).rejects.toMatchObject(
        refused,
      );
      const PublishBatchRequestEntries = [
        { Id: "good", Message: "x" },
        { Id: "bad", Message: "x", MessageAttributes },
      ];
      await expect(sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))).rejects.toMatchObject(
        refused,
      );
      expect(await received()).toEqual([]);
    },
  );

  it.each<[name: string, attribute: MessageAttributeValue]>([
    ["price", { DataType: "Number.euro", StringValue: "-12.5e3" }],
    ["a.b-c_d", { DataType: "String.Array", StringValue: '["x"]' }],
    ["AWSish", { DataType: "Binary.gif", BinaryValue: new Uint8Array([0, 255]) }],
  ])("%s %j is taken", async (name, attribute) => {
    const MessageAttributes = { [name]: attribute };
    await sqs.send(new SendMessageCommand({ QueueUrl: host.queueUrl("other"), MessageBody: "x", MessageAttributes }));
    await sns.send(new PublishCommand({ TopicArn: topicArn("news"), Message: name, MessageAttributes }));
    expect(await received()).toEqual([name]);
  });
});

describe("MessageStructure json", () => {
  const publish = (Message: string) =>
    sns.send(new PublishCommand({ TopicArn: topicArn("news"), Message, MessageStructure: "json" }));

  it.each([
    ["plain text", "Invalid parameter: Message Structure - JSON message body failed to parse"],
    ['["a"]', "Invalid parameter: Message Structure - No default entry in JSON message body"],
    ["null", "Invalid parameter: Message Structure - No default entry in JSON message body"],
    ['{"sqs":"x"}', "Invalid parameter: Message Structure - No default entry in JSON message body"],
    ['{"default":1}', "Invalid parameter: Message Structure - No default entry in JSON message body"],
  ])("refuses %s", async (message, reason) => {
    await expect(publish(message)).rejects.toMatchObject({ name: "InvalidParameterException", message: reason });
    expect(await received()).toEqual([]);
  });

  it("delivers the protocol's text, and the default where that is not text", async () => {
    await publish('{"default":"d","sqs":{"a":1}}');
    await publish('{"default":"d","sqs":"s"}');
    expect(await received()).toEqual(["d", "s"]);
  });
});

describe("a filter policy", () => {
  const subscribe = (policy: unknown, FilterPolicyScope?: string) =>
    sns.send(
      new SubscribeCommand({
        TopicArn: topicArn("news"),
        Protocol: "email",
        Endpoint: `${Math.abs(Buffer.from(JSON.stringify(policy)).readInt32BE())}@example.com`,
        Attributes: {
          FilterPolicy: JSON.stringify(policy),
          ...(FilterPolicyScope === undefined ? {} : { FilterPolicyScope }),
        },
        ReturnSubscriptionArn: true,
      }),
    );
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, key) => [`k${key}`, ["x"]]));
  const values = (count: number) => Array.from({ length: count }, (_, value) => value);

  it.each<[policy: unknown, scope: string | undefined, reason: string]>([
    [{ a: { b: ["x"] } }, undefined, "Filter policy scope MessageAttributes does not support nested filter policy"],
    [{ $or: [{ a: { b: ["x"] } }, { c: ["x"] }] }, "MessageAttributes", "does not support nested filter policy"],
    [keys(6), undefined, "Filter policy can not have more than 5 keys"],
    [keys(6), "MessageBody", "Filter policy can not have more than 5 keys"],
    [{ a: [{ numeric: ["<", 5, ">", 1] }] }, undefined, "bad numeric range"],
    [{ a: [{ numeric: [">", 9, "<", 5] }] }, undefined, "bad numeric range"],
    [{ a: values(13), b: values(12) }, undefined, "Filter policy is too complex: 156 of 150 combinations"],
    [{ a: { b: { c: values(26) } }, d: { e: ["x"] } }, "MessageBody", "Filter policy is too complex: 156 of 150"],
    [{ a: ["x"] }, "Body", "FilterPolicyScope: Invalid value [Body]"],
  ])("%j for %s is refused", async (policy, scope, reason) => {
    await expect(subscribe(policy, scope)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining(reason),
    });
  });

  it("may have five keys, nested ones for bodies, and 150 combinations", async () => {
    await subscribe(keys(5));
    // The example of the constraints page: 3 values at level 3 and 3 at level 2 are 3 x 3 x 3 x 2 = 54.
    await subscribe({ a: { b: { c: values(3) } }, d: { e: values(3) } }, "MessageBody");
    await subscribe({ x: values(15), y: values(10) });
    const { SubscriptionArn } = await subscribe({ z: ["x"] });
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
    await expect(set("FilterPolicy", '{"a":{"b":["x"]}}')).rejects.toThrow("does not support nested");
    await expect(set("RedrivePolicy", "{")).rejects.toThrow("RedrivePolicy: failed to parse JSON.");
    await expect(set("DeliveryPolicy", "[]")).rejects.toThrow("DeliveryPolicy: failed to parse JSON.");
    await expect(set("RawMessageDelivery", "yes")).rejects.toThrow("Must be true or false.");
  });

  it("that SNS would refuse stops the start of a host that is declared one", async () => {
    const declared = (url: string) => [
      queue(url, "work"),
      topic("news"),
      subscription("work", {
        topic: topicArn("news"),
        protocol: "sqs",
        endpoint: queueArn("work"),
        filterPolicy: { a: { b: ["x"] } },
      }),
    ];
    await expect(hostedMessaging({ resources: declared })).rejects.toThrow("does not support nested filter policy");
  });
});
