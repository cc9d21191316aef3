import * as z from "zod";
import { type ActionService, AwsError } from "../../kernel/endpoint/aws-service";
import { callAction, type JsonAction, jsonApi } from "../../kernel/endpoint/json-service";
import type { MessageMoveTasks } from "./message-move-tasks";
import { queryErrorName } from "./query-error-name";
import { validateAttributes } from "./queue-attributes";
import type { Queues } from "./queues";
import { eachEntry } from "./sqs-batch";
import { entrySize, newMessage, parameters, receivedOnWire, sentOnWire } from "./sqs-wire";

const strings = z.record(z.string(), z.string());
const names = z.array(z.string()).optional();

const receiveSchema = z.object({
  MaxNumberOfMessages: z.number().min(1).max(10).optional(),
  WaitTimeSeconds: z.number().min(0).max(20).optional(),
  VisibilityTimeout: z.number().min(0).max(43_200).optional(),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});
const deleteSchema = z.object({ ReceiptHandle: z.string() });
const visibilitySchema = z.object({ ReceiptHandle: z.string(), VisibilityTimeout: z.number().min(0).max(43_200) });

const messageActions = (queues: Queues): Readonly<Record<string, JsonAction>> => ({
  SendMessage: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "SendMessage", queue.arn);
    return sentOnWire(queues.enqueue(principal, queue, newMessage(input)));
  },
  SendMessageBatch: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "SendMessage", queue.arn);
    const kind = { entry: "SendMessageBatchRequestEntry", size: entrySize };
    return eachEntry(input["Entries"], kind, (entry) =>
      sentOnWire(queues.enqueue(principal, queue, newMessage(entry))),
    );
  },
  ReceiveMessage: async (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    const wanted = parameters(receiveSchema, input);
    const received = await queues.receive(principal, queue.arn, {
      max: wanted.MaxNumberOfMessages ?? 1,
      waitSeconds: wanted.WaitTimeSeconds ?? queue.seconds("ReceiveMessageWaitTimeSeconds"),
      ...(wanted.VisibilityTimeout === undefined ? {} : { visibilitySeconds: wanted.VisibilityTimeout }),
    });
    const system = [...(wanted.AttributeNames ?? []), ...(wanted.MessageSystemAttributeNames ?? [])];
    const own = wanted.MessageAttributeNames ?? [];
    return received.length === 0 ? {} : { Messages: received.map((message) => receivedOnWire(message, system, own)) };
  },
  DeleteMessage: async (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    await queues.deleteBatch(principal, queue.arn, [parameters(deleteSchema, input).ReceiptHandle]);
  },
  DeleteMessageBatch: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "DeleteMessage", queue.arn);
    return eachEntry(input["Entries"], { entry: "DeleteMessageBatchRequestEntry" }, (entry) => {
      queue.delete(parameters(deleteSchema, entry).ReceiptHandle);
      return {};
    });
  },
  ChangeMessageVisibility: async (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    const { ReceiptHandle, VisibilityTimeout } = parameters(visibilitySchema, input);
    await queues.changeVisibility(principal, queue.arn, ReceiptHandle, VisibilityTimeout);
  },
  ChangeMessageVisibilityBatch: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "ChangeMessageVisibility", queue.arn);
    return eachEntry(input["Entries"], { entry: "ChangeMessageVisibilityBatchRequestEntry" }, (entry) => {
      const { ReceiptHandle, VisibilityTimeout } = parameters(visibilitySchema, entry);
      queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
      return {};
    });
  },
});

const pageSchema = z.object({ MaxResults: z.int().min(1).max(1_000).optional(), NextToken: z.string().optional() });
const listSchema = pageSchema.extend({ QueueNamePrefix: z.string().default("") });

/**
 * A page of queues by their URLs; a token for the next one is given only to those who say how many they want.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
 */
const pageOf = (
  queues: readonly { readonly url: string }[],
  { MaxResults, NextToken }: z.output<typeof pageSchema>,
): { readonly urls: readonly string[]; readonly NextToken?: string } => {
  const all = queues.map(({ url }) => url).sort();
  const last = NextToken === undefined ? undefined : Buffer.from(NextToken, "base64url").toString();
  if (last !== undefined && !URL.canParse(last)) {
    throw new AwsError("InvalidParameterValue", "Invalid or expired next token.");
  }
  const rest = last === undefined ? all : all.filter((url) => url > last);
  const urls = rest.slice(0, MaxResults ?? 1_000);
  const end = urls.at(-1);
  if (MaxResults === undefined || end === undefined || urls.length === rest.length) return { urls };
  return { urls, NextToken: Buffer.from(end).toString("base64url") };
};

const createSchema = z.object({
  QueueName: z.string().regex(/^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/),
  Attributes: strings.optional(),
  tags: strings.optional(),
});
const attributeNamesSchema = z.object({ AttributeNames: names });
const attributesSchema = z.object({ Attributes: strings });

const queueActions = (queues: Queues): Readonly<Record<string, JsonAction>> => ({
  CreateQueue: (input, principal) => {
    const { QueueName, Attributes, tags } = parameters(createSchema, input);
    queues.check(principal, "CreateQueue", queues.arnOf(QueueName));
    const attributes = Attributes ?? {};
    const existing = queues.list().find(({ name }) => name === QueueName);
    if (existing !== undefined) {
      const different = Object.keys(attributes).find((name) => existing.attributes[name] !== attributes[name]);
      if (different === undefined) return { QueueUrl: existing.url };
      throw new AwsError(
        "QueueNameExists",
        `A queue already exists with the same name and a different value for attribute ${different}`,
      );
    }
    if (QueueName.endsWith(".fifo") !== (attributes["FifoQueue"] === "true")) {
      throw new AwsError(
        "InvalidParameterValue",
        "The name of a FIFO queue, and of no other, ends with .fifo; its attribute FifoQueue is true.",
      );
    }
    const queue = queues.provision(QueueName, attributes, tags);
    queues.assertRedrive(queue, attributes);
    if (attributes["Policy"] !== undefined) queues.setPolicy(queue.arn, attributes["Policy"]);
    return { QueueUrl: queue.url };
  },
  DeleteQueue: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "DeleteQueue", queue.arn);
    queues.delete(queue);
  },
  PurgeQueue: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "PurgeQueue", queue.arn);
    queue.purge();
  },
  GetQueueUrl: (input, principal) => {
    const queue = queues.byUrl(input["QueueName"]);
    queues.check(principal, "GetQueueUrl", queue.arn);
    return { QueueUrl: queue.url };
  },
  ListQueues: (input, principal) => {
    queues.check(principal, "ListQueues", "*");
    const { QueueNamePrefix, ...page } = parameters(listSchema, input);
    const listed = queues.list().filter(({ name }) => name.startsWith(QueueNamePrefix));
    const { urls, ...next } = pageOf(listed, page);
    return urls.length === 0 ? {} : { QueueUrls: urls, ...next };
  },
  ListDeadLetterSourceQueues: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "ListDeadLetterSourceQueues", queue.arn);
    const sources = queues
      .list()
      .filter(({ attributes }) => attributes["RedrivePolicy"]?.includes(`"${queue.arn}"`) === true);
    const { urls, ...next } = pageOf(sources, parameters(pageSchema, input));
    return { queueUrls: urls, ...next };
  },
  GetQueueAttributes: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    const wanted = parameters(attributeNamesSchema, input).AttributeNames ?? [];
    const entries = Object.entries(queues.attributes(principal, queue.arn));
    const chosen = entries.filter(([name]) => wanted.includes("All") || wanted.includes(name));
    return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
  },
  SetQueueAttributes: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "SetQueueAttributes", queue.arn);
    const { Attributes } = parameters(attributesSchema, input);
    validateAttributes(Attributes);
    queues.assertRedrive(queue, Attributes);
    queue.setAttributes(Attributes);
    if (Attributes["Policy"] !== undefined) queues.setPolicy(queue.arn, Attributes["Policy"]);
  },
  ListQueueTags: (input, principal) => {
    const queue = queues.byUrl(input["QueueUrl"]);
    queues.check(principal, "ListQueueTags", queue.arn);
    return { Tags: queue.tags };
  },
});

const startMoveSchema = z.object({
  SourceArn: z.string(),
  DestinationArn: z.string().optional(),
  MaxNumberOfMessagesPerSecond: z.number().min(1).max(500).optional(),
});
const listMovesSchema = z.object({ SourceArn: z.string(), MaxResults: z.number().min(1).max(10).optional() });
const cancelMoveSchema = z.object({ TaskHandle: z.string() });

const moveTaskActions = (tasks: MessageMoveTasks): Readonly<Record<string, JsonAction>> => ({
  StartMessageMoveTask: (input, principal) => {
    const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond } = parameters(startMoveSchema, input);
    return { TaskHandle: tasks.start(principal, SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond).taskHandle };
  },
  ListMessageMoveTasks: (input, principal) => {
    const { SourceArn, MaxResults } = parameters(listMovesSchema, input);
    const listed = tasks.list(principal, SourceArn).slice(0, MaxResults ?? 1);
    return {
      Results: listed.map((task) => ({
        // A task that is over has no handle any more.
        ...(task.status === "RUNNING" ? { TaskHandle: task.taskHandle } : {}),
        Status: task.status,
        SourceArn: task.sourceArn,
        DestinationArn: task.destinationArn,
        MaxNumberOfMessagesPerSecond: task.maxPerSecond,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        FailureReason: task.failureReason,
        StartedTimestamp: task.startedAt,
      })),
    };
  },
  CancelMessageMoveTask: (input, principal) => ({
    ApproximateNumberOfMessagesMoved: tasks.cancel(principal, parameters(cancelMoveSchema, input).TaskHandle).moved,
  }),
});

export const sqsService = (queues: Queues, tasks: MessageMoveTasks): ActionService => {
  const actions = { ...messageActions(queues), ...queueActions(queues), ...moveTaskActions(tasks) };
  return jsonApi({
    service: "sqs",
    targets: ["AmazonSQS"],
    call: (call) => callAction("sqs", actions, call),
    // The SDK's client takes the name from here; AWS sends the older query protocol's name in it.
    errorHeaders: ({ name, status }) => ({
      "x-amzn-query-error": `${queryErrorName(name)};${status < 500 ? "Sender" : "Receiver"}`,
    }),
  });
};
