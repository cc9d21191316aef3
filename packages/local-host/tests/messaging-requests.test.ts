import {
  CreateQueueCommand,
  ListQueuesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { type HostedEndpoint, hostedEndpoint, queueArn, region } from "./hosted-endpoint";
import { queue } from "./hosted-messaging";

const developer = { kind: "developer" } as const;
/** Policies of queues that were set by a call, by ARN. */
const policies = new Map<string, string | undefined>();
let host: HostedEndpoint;
let sqs: SQSClient;

beforeAll(async () => {
  host = await hostedEndpoint({
    access: { ...allowEverything, setResourcePolicy: (arn, document) => policies.set(arn, document) },
    resources: (url) => [
      ...["a", "b", "c", "d", "e"].map((name) => queue(url, `page-${name}`)),
      queue(url, "work", { maxMessageSize: 1_048_576 }),
      queue(url, "steps.fifo", { fifoQueue: true, contentBasedDeduplication: true }),
    ],
  });
  sqs = new SQSClient({ endpoint: host.url, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
});
afterAll(async () => {
  sqs.destroy();
  await host.stop();
});

const call = async (action: string, input: unknown) => {
  const answer = await fetch(host.url, {
    method: "POST",
    headers: { "x-amz-target": `AmazonSQS.${action}` },
    body: JSON.stringify(input),
  });
  return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) };
};

describe("a batch", () => {
  const batch = (Entries: unknown) => call("SendMessageBatch", { QueueUrl: host.queueUrl("work"), Entries });

  it("names the entry that has no Id", async () => {
    const Entries = [{ Id: "a", MessageBody: "x" }, { MessageBody: "y" }];
    expect(await batch(Entries)).toEqual({
      status: 400,
      __type: "MissingParameter",
      message: "The request must contain the parameter SendMessageBatchRequestEntry.2.Id.",
    });
    expect(await call("DeleteMessageBatch", { QueueUrl: host.queueUrl("work"), Entries: [{}] })).toMatchObject({
      message: "The request must contain the parameter DeleteMessageBatchRequestEntry.1.Id.",
    });
    expect(await batch([])).toMatchObject({ __type: "EmptyBatchRequest" });
    expect(await batch("x")).toMatchObject({ __type: "InvalidParameterValue" });
  });

  it("counts attributes against its limit", async () => {
    const entry = (Id: string, size: number) => ({
      Id,
      MessageBody: "x",
      MessageAttributes: { a: { DataType: "String", StringValue: "x".repeat(size) } },
    });
    // Each has 8 bytes besides: its body, and the attribute's name and type.
    const [half, limit] = [524_288 - 8, 1_048_576];
    expect(await batch([entry("a", half), entry("b", half + 1)])).toEqual({
      status: 400,
      __type: "BatchRequestTooLong",
      message: `Batch requests cannot be longer than ${limit} bytes. You have sent ${limit + 1} bytes.`,
    });
    expect(await batch([entry("a", half), entry("b", half)])).toMatchObject({ status: 200, Failed: [] });
  });
});

describe("a message", () => {
  it("may be as large as its queue's declaration says, and 256 KiB where it says nothing, as Pulumi's provider has it", async () => {
    const send = (name: string, size: number) =>
      sqs.send(new SendMessageCommand({ QueueUrl: host.queueUrl(name), MessageBody: "x".repeat(size) }));
    await send("page-a", 262_144);
    await expect(send("page-a", 262_145)).rejects.toThrow("Message must be shorter than 262144 bytes.");
    await send("work", 1_048_576);
    await expect(send("work", 1_048_577)).rejects.toThrow("Message must be shorter than 1048576 bytes.");
  });
});

describe("ListQueues", () => {
  it("gives pages to those who say how many they want, and all to the others", async () => {
    const pages: string[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "page-", MaxResults: 2, NextToken }));
      pages.push((page.QueueUrls ?? []).map((url) => url.split("/").at(-1) ?? ""));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(pages).toEqual([["page-a", "page-b"], ["page-c", "page-d"], ["page-e"]]);
    const all = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "page-" }));
    expect([all.QueueUrls?.length, all.NextToken]).toEqual([5, undefined]);
    expect(await call("ListQueues", { MaxResults: 0 })).toMatchObject({ __type: "InvalidParameterValue" });
    expect(await call("ListQueues", { MaxResults: 2, NextToken: "x" })).toMatchObject({
      __type: "InvalidParameterValue",
      message: "Invalid or expired next token.",
    });
  });
});

describe("a FIFO queue", () => {
  it("gives a message although a later one of its group is delayed", async () => {
    const QueueUrl = host.queueUrl("steps.fifo");
    const send = (MessageBody: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "g" }));
    await send("first");
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "900" } }));
    await send("delayed");
    expect(host.queues.queues.depth(queueArn("steps.fifo"))).toMatchObject({ visible: 1, delayed: 1 });
    const receive = () => host.queues.queues.receive(developer, queueArn("steps.fifo"), { max: 10, waitSeconds: 0 });
    expect((await receive()).map(({ body }) => body)).toEqual(["first"]);
    expect(await receive()).toEqual([]);
  });
});

describe("a request in the query protocol", () => {
  it("is refused in that protocol, by an error that names it and what to use", async () => {
    const answer = await fetch(host.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/sqs/aws4_request, Signature=0`,
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      },
      body: "Action=SendMessage&Version=2012-11-05&MessageBody=x",
    });
    const text = await answer.text();
    expect([answer.status, /<Code>(.*)<\/Code>/.exec(text)?.[1]]).toEqual([400, "UnsupportedProtocol"]);
    expect(text).toContain("SendMessage came in the AWS query protocol (a form)");
    expect(text).toContain("boto3 1.28.82");
  });
});

describe("a queue that is made by a call", () => {
  it("has the policy that it is made with", async () => {
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await sqs.send(new CreateQueueCommand({ QueueName: "made", Attributes: { Policy } }));
    expect(policies.get(queueArn("made"))).toBe(Policy);
  });
});
