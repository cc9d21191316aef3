import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { ServiceCalls } from "../src/kernel/endpoint/service-calls";
import { eventually } from "../testing/eventually";
import { type HostedEndpoint, hostedEndpoint, queueArn } from "./hosted-endpoint";
import { withDeadLetters } from "./with-dead-letters";

const developer = { kind: "developer" } as const;
const region = "us-east-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

describe("CloudWatch's NumberOfMessagesSent", () => {
  it("counts what is sent to a queue, in a batch too, and nothing that is moved", async () => {
    const counted: string[] = [];
    const recordMetric = (...[namespace, metric, dimensions, value]: Parameters<ServiceCalls["recordMetric"]>) =>
      void counted.push([namespace, metric, dimensions["QueueName"], value].join(" "));
    const host = await hostedEndpoint({ resources: withDeadLetters, calls: { recordMetric } });
    const sqs = new SQSClient({ endpoint: host.url, region, credentials });
    const QueueUrl = host.queueUrl("work");
    const entry = (Id: string) => ({ Id, MessageBody: Id });
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry("a"), entry("b")] }));
    await host.queues.calls?.sendMessage?.({ kind: "developer" }, queueArn("work"), { body: "c" });
    expect(counted).toEqual(Array(3).fill("AWS/SQS NumberOfMessagesSent work 1"));
    sqs.destroy();
    await host.stop();
  });
});

describe("a queue", () => {
  let host: HostedEndpoint;
  let sqs: SQSClient;
  beforeEach(async () => {
    host = await hostedEndpoint({ resources: withDeadLetters });
    sqs = new SQSClient({ endpoint: host.url, region, credentials });
  });
  afterEach(async () => {
    sqs.destroy();
    await host.stop();
  });

  const send = (MessageBody: string, name = "work") =>
    sqs.send(new SendMessageCommand({ QueueUrl: host.queueUrl(name), MessageBody }));
  const receive = async (name = "work", max = 10) =>
    (
      await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: host.queueUrl(name),
          MaxNumberOfMessages: max,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
      )
    ).Messages ?? [];
  const release = (ReceiptHandle: string | undefined, name = "work") =>
    sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: host.queueUrl(name), ReceiptHandle, VisibilityTimeout: 0 }),
    );

  it("answers the URL the program declares, by whatever name it is reached", async () => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "work" }));
    expect(QueueUrl).toBe(host.queueUrl("work"));
    const other = new SQSClient({ endpoint: host.url, region, credentials, useQueueUrlAsEndpoint: false });
    await other.send(
      new SendMessageCommand({ QueueUrl: "https://sqs.us-east-1.amazonaws.com/1/work", MessageBody: "x" }),
    );
    other.destroy();
    expect(host.queues.queues.depth(queueArn("work")).visible).toBe(1);
  });

  it("gives a message with its attributes and trace header, and hides it until it is deleted", async () => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: host.queueUrl("work"),
        MessageBody: "hello",
        MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } },
        MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "Root=1-2-3" } },
      }),
    );
    const [message] = await receive();
    expect(message).toMatchObject({
      Body: "hello",
      MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } },
      Attributes: { ApproximateReceiveCount: "1", SenderId: "000000000000", AWSTraceHeader: "Root=1-2-3" },
    });
    expect(await receive()).toEqual([]);
    expect(host.queues.queues.depth(queueArn("work"))).toMatchObject({ visible: 0, inFlight: 1, delayed: 0 });
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: host.queueUrl("work"), ReceiptHandle: message?.ReceiptHandle }),
    );
    expect(host.queues.queues.depth(queueArn("work"))).toEqual({
      visible: 0,
      inFlight: 0,
      delayed: 0,
      oldestAgeSeconds: 0,
    });
  });

  it("wakes a waiting receiver when a message is sent", async () => {
    // So that its wait has no end of its own.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const received = host.queues.queues.receive(developer, queueArn("work"), { max: 10, waitSeconds: 20 });
    await host.queues.queues.send(developer, queueArn("work"), { body: "now" });
    expect((await received).map(({ body }) => body)).toEqual(["now"]);
  });

  it("ends a wait with nothing when it is aborted", async () => {
    const abort = new AbortController();
    const received = host.queues.queues.receive(developer, queueArn("work"), {
      max: 1,
      waitSeconds: 20,
      signal: abort.signal,
    });
    abort.abort();
    expect(await received).toEqual([]);
    await host.queues.queues.send(developer, queueArn("work"), { body: "kept" });
    expect(host.queues.queues.depth(queueArn("work")).visible).toBe(1);
  });

  it("moves a message to the dead-letter queue once it was received maxReceiveCount times", async () => {
    await send("poison");
    for (const count of ["1", "2"]) {
      const [message] = await receive();
      expect(message?.Attributes?.["ApproximateReceiveCount"]).toBe(count);
      await release(message?.ReceiptHandle);
    }
    expect(await receive()).toEqual([]);
    const [dead] = await receive("dead");
    expect(dead).toMatchObject({ Body: "poison", Attributes: { DeadLetterQueueSourceArn: queueArn("work") } });
  });

  it("redrives dead letters to where they came from as new messages", async () => {
    const { MessageId } = await send("again");
    for (const _ of [1, 2]) await release((await receive())[0]?.ReceiptHandle);
    await receive();
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn("dead") }));
    const [back] = await eventually(async () => {
      const messages = await receive();
      expect(messages).toHaveLength(1);
      return messages;
    });
    expect(back?.Body).toBe("again");
    expect(back?.MessageId).not.toBe(MessageId);
    expect(back?.Attributes?.["ApproximateReceiveCount"]).toBe("1");
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: queueArn("dead") }));
    expect(Results).toMatchObject([
      { Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 1, ApproximateNumberOfMessagesToMove: 1 },
    ]);
  });

  it("refuses to redrive a queue that is not a dead-letter queue", async () => {
    await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn("work") }))).rejects.toThrow(
      "Source queue must be configured as a Dead Letter Queue.",
    );
  });

  it("does not delete with a receipt that a later receive has replaced", async () => {
    await send("twice");
    const [first] = await receive();
    await release(first?.ReceiptHandle);
    await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl: host.queueUrl("work"), ReceiptHandle: first?.ReceiptHandle }));
    expect(host.queues.queues.depth(queueArn("work")).inFlight).toBe(1);
  });

  it("holds a message back for the queue's delay", async () => {
    await send("later", "slow");
    expect(host.queues.queues.depth(queueArn("slow"))).toMatchObject({ visible: 0, inFlight: 0, delayed: 1 });
    const [message] = await host.queues.queues.receive(developer, queueArn("slow"), { max: 1, waitSeconds: 5 });
    expect(message?.body).toBe("later");
    expect(Date.now() - Number(message?.attributes["SentTimestamp"])).toBeGreaterThanOrEqual(1_000);
  });

  it("shows a message again when its visibility timeout is over", async () => {
    await send("retry");
    const options = { max: 1, waitSeconds: 5 };
    const [first] = await host.queues.queues.receive(developer, queueArn("work"), { ...options, visibilitySeconds: 1 });
    const [second] = await host.queues.queues.receive(developer, queueArn("work"), options);
    expect(second?.messageId).toBe(first?.messageId);
    expect(second?.attributes["ApproximateReceiveCount"]).toBe("2");
  });

  it("keeps the order within a FIFO group, and gives no more of a group that is in flight", async () => {
    const url = host.queueUrl("steps.fifo");
    const sendStep = (MessageBody: string, MessageGroupId: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, MessageGroupId }));
    for (const body of ["a1", "a2"]) await sendStep(body, "a");
    await sendStep("b1", "b");
    const [first] = await receive("steps.fifo", 1);
    expect(first?.Body).toBe("a1");
    expect((await receive("steps.fifo")).map(({ Body }) => Body)).toEqual(["b1"]);
    await release(first?.ReceiptHandle, "steps.fifo");
    expect((await receive("steps.fifo")).map(({ Body }) => Body)).toEqual(["a1", "a2"]);
  });

  it("takes a FIFO message once within five minutes", async () => {
    const url = host.queueUrl("steps.fifo");
    const sent = [1, 2].map(() =>
      sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "same", MessageGroupId: "a" })),
    );
    const [first, second] = await Promise.all(sent);
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(host.queues.queues.depth(queueArn("steps.fifo")).visible).toBe(1);
  });

  it("takes the good entries of a batch and names the bad one", async () => {
    const { Successful, Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: host.queueUrl("work"),
        Entries: [
          { Id: "good", MessageBody: "fine" },
          { Id: "bad", MessageBody: "\u0000" },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }]);
  });

  it("answers QueueDoesNotExist for a queue that is not there", async () => {
    await expect(send("x", "missing")).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });
});
