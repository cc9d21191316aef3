import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { accountId, queueArn, region } from "./hosted-endpoint";
import { topicArn } from "./hosted-messaging";

/** Targets of the JSON protocol, by service, with an input that would do, to be spoilt. */
const calls = (url: string): readonly (readonly [target: string, input: Readonly<Record<string, unknown>>])[] => {
  const QueueUrl = `${url}/${accountId}/work`;
  const attribute = { DataType: "Number", StringValue: "1" };
  const TableName = "things";
  const metric = { Namespace: "Shop", MetricName: "Open", StartTime: 0, EndTime: 60, Period: 60, Statistics: ["Sum"] };
  const machine = { stateMachineArn: `arn:aws:states:${region}:${accountId}:stateMachine:pass` };
  return [
    ["AmazonSQS.SendMessage", { QueueUrl, MessageBody: "x", MessageAttributes: { a: attribute }, DelaySeconds: 1 }],
    ["AmazonSQS.SendMessageBatch", { QueueUrl, Entries: [{ Id: "a", MessageBody: "x" }] }],
    ["AmazonSQS.ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 1, MessageAttributeNames: ["All"] }],
    ["AmazonSQS.DeleteMessage", { QueueUrl, ReceiptHandle: "x" }],
    ["AmazonSQS.DeleteMessageBatch", { QueueUrl, Entries: [{ Id: "a", ReceiptHandle: "x" }] }],
    ["AmazonSQS.ChangeMessageVisibility", { QueueUrl, ReceiptHandle: "x", VisibilityTimeout: 1 }],
    ["AmazonSQS.CreateQueue", { QueueName: "other", Attributes: { DelaySeconds: "1" }, tags: { a: "b" } }],
    ["AmazonSQS.SetQueueAttributes", { QueueUrl: `${url}/0/other`, Attributes: { RedrivePolicy: "{}", Policy: "{}" } }],
    ["AmazonSQS.GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] }],
    ["AmazonSQS.GetQueueUrl", { QueueName: "work" }],
    ["AmazonSQS.ListQueues", { QueueNamePrefix: "w", MaxResults: 1 }],
    ["AmazonSQS.ListDeadLetterSourceQueues", { QueueUrl }],
    ["AmazonSQS.StartMessageMoveTask", { SourceArn: queueArn("work"), MaxNumberOfMessagesPerSecond: 1 }],
    ["AmazonSQS.CancelMessageMoveTask", { TaskHandle: "x" }],
    ["AWSEvents.PutEvents", { Entries: [{ Source: "a", DetailType: "b", Detail: '{"a":1}', EventBusName: "photos" }] }],
    ["AWSEvents.TestEventPattern", { EventPattern: '{"a":["b"]}', Event: '{"a":"b"}' }],
    ["AWSEvents.ListRules", { EventBusName: "photos", NamePrefix: "p" }],
    ["AWSEvents.DescribeRule", { Name: "placed", EventBusName: "photos" }],
    ["AWSEvents.StartReplay", { ReplayName: "a", EventSourceArn: "b", EventStartTime: 0, EventEndTime: 1 }],
    ["AWSStepFunctions.StartExecution", { ...machine, input: "{}", name: "one" }],
    ["AWSStepFunctions.StartSyncExecution", { ...machine, input: "{}" }],
    ["AWSStepFunctions.UpdateStateMachine", { ...machine, loggingConfiguration: { level: "OFF" } }],
    ["GraniteServiceVersion20100801.PutMetricData", { Namespace: "Shop", MetricData: [{ MetricName: "a", Value: 1 }] }],
    ["GraniteServiceVersion20100801.GetMetricStatistics", metric],
    ["GraniteServiceVersion20100801.GetMetricData", { MetricDataQueries: [{ Id: "a", Expression: "1+1" }], ...metric }],
    ["GraniteServiceVersion20100801.DescribeAlarms", { AlarmNames: ["a"], StateValue: "OK" }],
    ["GraniteServiceVersion20100801.SetAlarmState", { AlarmName: "a", StateValue: "OK", StateReason: "b" }],
    ["AmazonSSM.GetParameter", { Name: "/app/name" }],
    ["AmazonSSM.GetParametersByPath", { Path: "/", Recursive: true }],
    ["AmazonSSM.PutParameter", { Name: "/app/other", Value: "x", Type: "String" }],
    ["Logs_20140328.FilterLogEvents", { logGroupName: "/app/log", filterPattern: "a", limit: 1 }],
    ["Logs_20140328.DescribeLogGroups", { logGroupNamePrefix: "/" }],
    ["AWSCognitoIdentityProviderService.DescribeUserPoolClient", { UserPoolId: "a", ClientId: "b" }],
    ["AWSCognitoIdentityProviderService.ListUserPools", { MaxResults: 1 }],
    ["DynamoDB_20120810.PutItem", { TableName, Item: { id: { S: "1" } } }],
    ["DynamoDB_20120810.Query", { TableName, KeyConditionExpression: "id = :a" }],
    ["DynamoDB_20120810.UpdateItem", { TableName, Key: { id: { S: "1" } }, UpdateExpression: "SET a = :a" }],
    ["DynamoDB_20120810.BatchGetItem", { RequestItems: { things: { Keys: [{ id: { S: "1" } }] } } }],
    ["DynamoDBStreams_20120810.GetRecords", { ShardIterator: "x", Limit: 1 }],
    ["DynamoDBStreams_20120810.DescribeStream", { StreamArn: "x" }],
  ];
};

/** Fields of SNS's form requests, which are flat. */
const forms: readonly Readonly<Record<string, string>>[] = [
  { Action: "Publish", TopicArn: topicArn("news"), Message: "x", MessageStructure: "json", Subject: "s" },
  {
    Action: "Publish",
    TopicArn: topicArn("news"),
    Message: "x",
    "MessageAttributes.entry.1.Name": "a",
    "MessageAttributes.entry.1.Value.DataType": "Number",
    "MessageAttributes.entry.1.Value.StringValue": "1",
  },
  {
    Action: "PublishBatch",
    TopicArn: topicArn("news"),
    "PublishBatchRequestEntries.member.1.Id": "a",
    "PublishBatchRequestEntries.member.1.Message": "x",
  },
  {
    Action: "Subscribe",
    TopicArn: topicArn("news"),
    Protocol: "sqs",
    Endpoint: queueArn("work"),
    "Attributes.entry.1.key": "FilterPolicy",
    "Attributes.entry.1.value": '{"a":["b"]}',
  },
  { Action: "CreateTopic", Name: "other", "Attributes.entry.1.key": "FifoTopic", "Attributes.entry.1.value": "true" },
  { Action: "SetTopicAttributes", TopicArn: topicArn("other"), AttributeName: "Policy", AttributeValue: "{}" },
  { Action: "GetSubscriptionAttributes", SubscriptionArn: "x" },
  { Action: "ListTopics" },
  { Action: "GetCallerIdentity" },
  { Action: "SendMessage", QueueUrl: "x", MessageBody: "y" },
  { Action: "PutMetricData", Namespace: "x" },
];

const nested = (open: string, close: string, levels: number): string =>
  `${open.repeat(levels)}1${close.repeat(levels)}`.replace(/:\}/, ":1}");

const deepTexts = [nested("[", "]", 20_000), nested('{"a":', "}", 20_000), `{"a":${nested("[", "]", 5_000)}}`];

const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\ud800",
    "%",
    "%zz",
    "..",
    "../../x",
    "__proto__",
    "constructor",
    "{}",
    "[]",
    "null",
  ),
  fc.constantFrom("a".repeat(300), "é".repeat(5_000), "*".repeat(200), '{"a":1', "1e400", "-0", "NaN", ...deepTexts),
  fc.json({ maxDepth: 3 }),
);

const hostileValue = fc.oneof(
  hostileText,
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, true, [], {}, [[]], [null], [{}], 1e308, -1, 2 ** 53, { S: 1 }, { N: "x" }, { DataType: "" }),
);

/** A value with one place in it, at any depth, replaced, removed or added. */
const spoilt = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value !== "object" || value === null) return hostileValue;
  const entries = Object.entries(value);
  const whole = (changed: readonly (readonly [string, unknown])[]): unknown =>
    Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
  const inside = entries.map(([name, inner]) =>
    spoilt(inner).map((other) => whole(entries.map(([key, each]) => [key, key === name ? other : each]))),
  );
  return fc.oneof(
    { arbitrary: hostileValue, weight: 1 },
    { arbitrary: fc.tuple(hostileText, hostileValue).map((added) => whole([...entries, added])), weight: 1 },
    ...entries.map(([name]) => fc.constant(whole(entries.filter(([key]) => key !== name)))),
    ...inside.map((arbitrary) => ({ arbitrary, weight: 4 })),
  );
};

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const method = fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND");
const headerValue = fc.oneof(
  fc.string({ maxLength: 30 }).map((text) => text.replace(/[^\t\x20-\x7e]/g, "")),
  fc.constantFrom("", "gzip", "br", "aws-chunked", "application/json", "text/plain; charset=x", "é", "a".repeat(4_000)),
);
const headerName = fc.constantFrom(
  ...["authorization", "content-type", "content-encoding", "content-md5", "x-amz-target", "x-amz-date", "range"],
  ...["x-amz-security-token", "x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-copy-source", "host"],
  ...["x-amz-meta-a", "x-amz-checksum-crc32", "x-amz-invocation-type", "x-amz-client-context", "smithy-protocol"],
  ...["x-amz-trailer", "x-amz-tagging", "if-match", "if-modified-since", "cookie", "origin", "expect", "te", "upgrade"],
);
const headers = fc.dictionary(headerName, headerValue, { maxKeys: 5 });

const services = [
  "sqs",
  "sns",
  "s3",
  "dynamodb",
  "events",
  "states",
  "monitoring",
  "ssm",
  "logs",
  "lambda",
  "sts",
  "x",
];
const signed = fc
  .constantFrom(...services)
  .map((service) => `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, Signature=0`);
const awsPath = fc.oneof(
  fc.constantFrom("/", "//", "/?", "/drop-box", "/drop-box/key", "/drop-box/a%2", "/drop-box?list-type=2", "/%", "*"),
  fc.constantFrom("/2015-03-31/functions/%zz/invocations", "/2015-03-31/functions/", "/drop-box/../x", "/a?uploads"),
  fc.constantFrom("/drop-box?delete", "/drop-box/k?uploadId=1&partNumber=x", "/?X-Amz-Credential=a/b", "/_local/iam"),
  fc.constantFrom("/2015-03-31/functions/greeter/invocations", "/service/GraniteServiceVersion20100801/operation/X"),
  fc.webPath(),
  fc.string({ maxLength: 20 }).map((text) => `/${text.replace(/[^!-~]/g, "")}`),
);

/** A call of the JSON protocol whose input is wrong in one place, or is not an input at all. */
export const jsonCalls = (url: string): fc.Arbitrary<FuzzRequest> =>
  fc
    .constantFrom(...calls(url))
    .chain(([target, input]) =>
      fc.oneof(
        { arbitrary: spoilt(input).map((value) => [target, JSON.stringify(value) ?? ""] as const), weight: 8 },
        { arbitrary: hostileText.map((text) => [target, text] as const), weight: 1 },
        { arbitrary: hostileText.map((text) => [`${target.split(".")[0]}.${text}`, "{}"] as const), weight: 1 },
      ),
    )
    .map(([target, body]) => ({
      method: "POST",
      path: "/",
      headers: {
        "x-amz-target": Buffer.from(target)
          .toString("latin1")
          .replace(/[^!-~]/g, "?"),
        "content-type": "x",
      },
      body,
    }));

/** A form request, as SNS and the older protocols have it. */
export const formCalls: fc.Arbitrary<FuzzRequest> = fc
  .tuple(fc.constantFrom(...forms).chain(spoilt), fc.constantFrom("sns", "sqs", "monitoring", "sts", "s3"))
  .map(([form, service]) => ({
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, Signature=0`,
    },
    body:
      typeof form === "object" && form !== null
        ? Object.entries(form)
            .map(([name, value]) => `${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(value))}`)
            .join("&")
        : wellFormed(form),
  }));

const wellFormed = (value: unknown): string =>
  typeof value === "string" ? value.toWellFormed() : (JSON.stringify(value) ?? "");

/** A request in CBOR: bytes that are some, or a known input with a byte changed. */
export const cborCalls: fc.Arbitrary<FuzzRequest> = fc
  .tuple(
    fc.constantFrom("PutMetricData", "GetMetricStatistics", "DescribeAlarms", "x"),
    fc.oneof(
      anyBytes,
      fc.constantFrom(
        Buffer.alloc(50_000, 0x81),
        Buffer.alloc(9, 0x5f),
        Buffer.from("ba7fffffff", "hex"),
        Buffer.from("9a7fffffff61", "hex"),
      ),
      fc
        .tuple(fc.nat({ max: 12 }), fc.nat({ max: 255 }))
        // {"Namespace":"x"}
        .map(([at, byte]) => Buffer.from("a1694e616d6573706163656178", "hex").fill(byte, at, at + 1)),
    ),
  )
  .map(([action, body]) => ({
    method: "POST",
    path: `/service/GraniteServiceVersion20100801/operation/${action}`,
    headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
    body,
  }));

/** Any method, path, headers and bytes, to whatever service they make it a request for. */
export const httpRequests = (path: fc.Arbitrary<string> = awsPath): fc.Arbitrary<FuzzRequest> =>
  fc
    .record({ method, path, headers, signature: fc.option(signed), body: fc.oneof(anyBytes, hostileText) })
    .map(({ signature, headers: own, body, ...rest }) => ({
      ...rest,
      headers: { ...(signature === null ? {} : { authorization: signature }), ...own },
      body: own["content-encoding"] === "gzip" && body.length > 10 ? gzipSync(body) : body,
    }));

export const apiRequests: fc.Arbitrary<FuzzRequest> = httpRequests(
  fc.oneof(
    fc.constantFrom("/greeting", "/greeting/%zz", "/greeting/%E0%A4%A", "/rest/../x", "/rest/a?b=%", "/greeting?a&a=b"),
    awsPath,
  ),
);

const piece = fc.constantFrom(
  ...["GET / HTTP/1.1", "POST /greeting HTTP/1.1", "GET /", "PRI * HTTP/2.0", "G\u0000T / HTTP/1.1", "GET  / HTTP/9.9"],
  ...["Host: localhost", "Host:", "Host localhost", ": x", "Content-Length: 5", "Content-Length: -1", "X: \u0001"],
  ...["Content-Length: 99999999999999999999", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "\u0000"],
  ...["X-Amz-Target: AmazonSQS.ListQueues", "Content-Encoding: gzip", "Expect: 100-continue", "Upgrade: h2c", "{}"],
  ...["Connection: upgrade", "CONNECT a:1 HTTP/1.1", "", "5", "zz", "0", "hello", `X: ${"a".repeat(20_000)}`],
);

/** Bytes that may or may not be HTTP, as a broken client or a stranger sends them. */
export const rawBytes: fc.Arbitrary<string> = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.constantFrom("\r\n", "\n", "\r", "\r\n\r\n"))
  .map(([pieces, ending]) => pieces.join(ending) + ending);
