import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../../local/endpoint/aws-service";
import { eventually } from "../support/eventually";
import { type HostedEndpoint, hostedEndpoint, queueArn } from "./hosted-endpoint";
import { queue } from "./hosted-messaging";

const developer = { kind: "developer" } as const;
const region = "us-east-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

const withDeadLetters = (url: string) => [
  queue(url, "work", {
    visibilityTimeoutSeconds: 30,
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 }),
  }),
  queue(url, "dead", {
    redriveAllowPolicy: { redrivePermission: "byQueue", sourceQueueArns: [queueArn("work")] },
  }),
  queue(url, "slow", { delaySeconds: 1 }),
  queue(url, "steps.fifo", { fifoQueue: true, contentBasedDeduplication: true, visibilityTimeoutSeconds: 30 }),
];

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

  it("wakes a waiting receiver as soon as a message is sent", async () => {
    const started = performance.now();
    const received = host.queues.queues.receive(developer, queueArn("work"), { max: 10, waitSeconds: 20 });
    await host.queues.queues.send(developer, queueArn("work"), { body: "now" });
    expect((await received).map(({ body }) => body)).toEqual(["now"]);
    expect(performance.now() - started).toBeLessThan(500);
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

  it("refuses to redrive a queue that is no dead-letter queue", async () => {
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

describe("queues and their owner", () => {
  it("keep messages, receive counts and time in flight over a restart", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "queues-"));
    const first = await hostedEndpoint({ resources: withDeadLetters, dataDir });
    for (const body of ["in flight", "waiting"]) await first.queues.queues.send(developer, queueArn("work"), { body });
    const [held] = await first.queues.queues.receive(developer, queueArn("work"), { max: 1, waitSeconds: 0 });
    await first.stop();

    const second = await hostedEndpoint({ resources: withDeadLetters, dataDir });
    const { queues } = second.queues;
    expect(queues.depth(queueArn("work"))).toMatchObject({ visible: 1, inFlight: 1 });
    await queues.changeVisibility(developer, queueArn("work"), held?.receiptHandle ?? "", 0);
    const again = await queues.receive(developer, queueArn("work"), { max: 10, waitSeconds: 0 });
    expect(again.map(({ body, attributes }) => [body, attributes["ApproximateReceiveCount"]])).toEqual([
      ["waiting", "1"],
      ["in flight", "2"],
    ]);
    await second.stop();
    rmSync(dataDir, { recursive: true });
  });

  it("show again what was received, and not what is delayed, when asked to", async () => {
    const host = await hostedEndpoint({ resources: withDeadLetters });
    const { queues } = host.queues;
    await queues.send(developer, queueArn("work"), { body: "received" });
    await queues.receive(developer, queueArn("work"), { max: 1, waitSeconds: 0 });
    await queues.send(developer, queueArn("work"), { body: "delayed", delaySeconds: 60 });
    expect(queues.depth(queueArn("work"))).toMatchObject({ visible: 0, inFlight: 1, delayed: 1 });
    queues.showReceived(queueArn("work"));
    expect(queues.depth(queueArn("work"))).toMatchObject({ visible: 1, inFlight: 0, delayed: 1 });
    await host.stop();
  });

  it("stop the start when a dead-letter queue does not allow its source", async () => {
    const start = hostedEndpoint({
      resources: (url) => [
        queue(url, "work", { redrivePolicy: { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 } }),
        queue(url, "dead", { redriveAllowPolicy: { redrivePermission: "denyAll" } }),
      ],
    });
    await expect(start).rejects.toThrow(/Queue::work: .*RedriveAllowPolicy does not allow this queue/);
  });

  it("stop the start at a property that is not supported, by its name", async () => {
    await expect(hostedEndpoint({ resources: (url) => [queue(url, "work", { colour: "red" })] })).rejects.toThrow(
      /Queue::work: the local host does not support the property colour \("red"\)/,
    );
  });

  it("ask whether a role may do what it does, and tell it when not", async () => {
    const checks: string[] = [];
    const host = await hostedEndpoint({
      resources: withDeadLetters,
      access: {
        check: ({ principal, action, resourceArn }) => {
          checks.push(`${principal.kind === "role" ? principal.roleArn : principal.kind} ${action} ${resourceArn}`);
          if (action === "sqs:SendMessage") throw new AwsError("AccessDeniedException", "not authorized", 403);
        },
      },
    });
    const issued = host.credentials.issue("arn:aws:iam::000000000000:role/worker", "worker");
    const sqs = new SQSClient({ endpoint: host.url, region, credentials: issued });
    const sent = sqs.send(new SendMessageCommand({ QueueUrl: host.queueUrl("work"), MessageBody: "x" }));
    await expect(sent).rejects.toMatchObject({ name: "AccessDeniedException", message: "not authorized" });
    expect(checks).toEqual([`arn:aws:iam::000000000000:role/worker sqs:SendMessage ${queueArn("work")}`]);
    expect(host.queues.queues.depth(queueArn("work")).visible).toBe(0);
    sqs.destroy();
    await host.stop();
  });
});
