import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AwsError, type AwsRequest, type AwsService } from "../src/kernel/endpoint/aws-service";
import { jsonAnswer } from "../src/kernel/endpoint/json-service";
import { parameterHost } from "../src/services/ssm/parameter-host";
import { queueArn, resource, thingsTable } from "./hosted-endpoint";
import {
  bucket,
  type HostedMessaging,
  hostedMessaging,
  queue,
  subscription,
  topic,
  topicArn,
} from "./hosted-messaging";

describe("the AWS endpoint", () => {
  const asked: AwsRequest[] = [];
  let host: HostedMessaging;

  beforeAll(async () => {
    host = await hostedMessaging({
      resources: (url) => [
        thingsTable(),
        queue(url, "work"),
        topic("news"),
        subscription("work", {
          topic: topicArn("news"),
          protocol: "sqs",
          endpoint: queueArn("work"),
          rawMessageDelivery: true,
        }),
        bucket("drop-box"),
        resource(
          "aws:ssm/parameter:Parameter",
          "/app/secret",
          { type: "SecureString", value: "hidden" },
          { name: "/app/secret" },
        ),
      ],
      moreServices: async (context) => {
        const parameters = parameterHost(context);
        await parameters.start();
        const recording = (service: string, targets: readonly string[]): AwsService => ({
          service,
          targets,
          handle: async (request) => {
            asked.push(request);
            if (request.body.includes("refused")) {
              throw new AwsError("InvalidParameterValue", "refused for the test");
            }
            return jsonAnswer({});
          },
        });
        return [
          parameters.service,
          recording("monitoring", ["GraniteServiceVersion20100801"]),
          recording("states", ["AWSStepFunctions"]),
        ];
      },
    });
  });
  afterAll(() => host.stop());

  const post = (headers: Record<string, string>, body: string | Buffer) =>
    fetch(host.url, { method: "POST", headers, body: typeof body === "string" ? body : new Uint8Array(body) });

  it("serves SDK clients that know nothing but AWS_ENDPOINT_URL", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", host.url);
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    const clients = {
      dynamodb: new DynamoDBClient(),
      sns: new SNSClient(),
      sqs: new SQSClient(),
      s3: new S3Client({ forcePathStyle: true }),
    };
    await clients.dynamodb.send(new PutItemCommand({ TableName: "things", Item: { id: { S: "1" } } }));
    await clients.sns.send(new PublishCommand({ TopicArn: topicArn("news"), Message: "hello" }));
    await clients.s3.send(new PutObjectCommand({ Bucket: "drop-box", Key: "k", Body: "v" }));
    const { Messages } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: host.queueUrl("work"), WaitTimeSeconds: 1 }),
    );
    expect(Messages?.map(({ Body }) => Body)).toEqual(["hello"]);
    for (const client of Object.values(clients)) client.destroy();
    vi.unstubAllEnvs();
  });

  it("knows a function by the credentials it was given, and the developer by any other", async () => {
    const { accessKeyId, sessionToken } = host.credentials.issue(
      "arn:aws:iam::000000000000:role/worker",
      "worker-function",
    );
    const identity = async (key: string, token?: string) => {
      const response = await post(
        {
          authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`,
          "content-type": "application/x-www-form-urlencoded",
          ...(token === undefined ? {} : { "x-amz-security-token": token }),
        },
        "Action=GetCallerIdentity&Version=2011-06-15",
      );
      const text = await response.text();
      return [response.status, /<(?:Arn|Code)>([^<]*)</.exec(text)?.[1]];
    };
    expect(await identity(accessKeyId, sessionToken)).toEqual([
      200,
      "arn:aws:sts::000000000000:assumed-role/worker/worker-function",
    ]);
    expect(await identity("anything")).toEqual([200, "arn:aws:iam::000000000000:root"]);
    expect(await identity(accessKeyId, "stolen")).toEqual([403, "UnrecognizedClientException"]);
    expect(await identity(accessKeyId)).toEqual([403, "UnrecognizedClientException"]);
  });

  it("gives the same function the same credentials again", () => {
    const [first, second, other] = ["a", "a", "b"].map((actor) =>
      host.credentials.issue("arn:aws:iam::000000000000:role/r", actor),
    );
    expect(second).toEqual(first);
    expect(other?.accessKeyId).not.toBe(first?.accessKeyId);
  });

  it("unpacks a compressed body", async () => {
    asked.length = 0;
    const body = gzipSync(JSON.stringify({ Namespace: "n", MetricData: [] }));
    const response = await post(
      { "x-amz-target": "GraniteServiceVersion20100801.PutMetricData", "content-encoding": "gzip" },
      body,
    );
    expect(response.status).toBe(200);
    expect(JSON.parse(String(asked[0]?.body))).toEqual({ Namespace: "n", MetricData: [] });
  });

  it("gives an error the name and words its service gave", async () => {
    const cloudwatch = new CloudWatchClient({
      endpoint: host.url,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const sent = cloudwatch.send(new PutMetricDataCommand({ Namespace: "refused", MetricData: [] }));
    await expect(sent).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: "refused for the test",
    });
    cloudwatch.destroy();
  });

  it("serves a host name with a prefix, as StartSyncExecution has it", async () => {
    asked.length = 0;
    const port = new URL(host.url).port;
    const headers = { host: `sync-localhost:${port}`, "x-amz-target": "AWSStepFunctions.StartSyncExecution" };
    const status = await new Promise((resolve, reject) => {
      const outgoing = request({ host: "127.0.0.1", port, method: "POST", path: "/", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      outgoing.on("error", reject).end("{}");
    });
    expect(status).toBe(200);
    expect(asked.map(({ service, action }) => [service, action])).toEqual([["states", "StartSyncExecution"]]);
  });

  it("takes a bucket's name from the host too", async () => {
    const port = new URL(host.url).port;
    const call = (method: string, path: string, hostName: string, body = "") =>
      new Promise<string>((resolve, reject) => {
        const outgoing = request({ host: "127.0.0.1", port, method, path, headers: { host: hostName } }, (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => resolve(`${response.statusCode} ${text}`));
        });
        outgoing.on("error", reject).end(body);
      });
    expect(await call("PUT", "/by-host", `drop-box.localhost:${port}`, "there")).toBe("200 ");
    expect(await call("GET", "/drop-box/by-host", `localhost:${port}`)).toBe("200 there");
  });

  it("names a service and an action that it does not have", async () => {
    const answer = async (target: string) => {
      const response = await post({ "x-amz-target": target }, "{}");
      return [response.status, await response.json()];
    };
    expect(await answer("AWSBudgets.DescribeBudgets")).toMatchObject([
      404,
      {
        __type: "UnknownOperationException",
        message: expect.stringContaining("no service AWSBudgets (asked for DescribeBudgets)"),
      },
    ]);
    expect(await answer("AmazonSQS.AddPermission")).toMatchObject([
      400,
      {
        __type: "UnknownOperationException",
        message: expect.stringContaining("does not know the action AddPermission"),
      },
    ]);
  });

  it("serves no page from another machine, whose form would be a request, and every page of this one", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const postFrom = (origin: string) => post({ ...form, origin }, "Action=ListTopics&Version=2010-03-31");
    const foreign = await postFrom("https://news.example");
    expect([foreign.status, await foreign.text()]).toEqual([
      403,
      expect.stringContaining("A page of https://news.example may not call the AWS endpoint of the local host."),
    ]);
    expect((await postFrom("null")).status).toBe(403);
    expect((await postFrom("http://localhost:5173")).status).toBe(200);
  });

  it("refuses a body that is not JSON", async () => {
    const response = await post({ "x-amz-target": "AmazonSQS.SendMessage" }, "<xml/>");
    expect([response.status, await response.json()]).toMatchObject([400, { __type: "SerializationException" }]);
  });

  it("gives a secret parameter only to those who ask for it in the clear", async () => {
    const get = async (more: object) => {
      const response = await post(
        { "x-amz-target": "AmazonSSM.GetParameter" },
        JSON.stringify({ Name: "/app/secret", ...more }),
      );
      return response.json() as Promise<unknown>;
    };
    expect(await get({ WithDecryption: true })).toMatchObject({
      Parameter: { Name: "/app/secret", Type: "SecureString", Value: "hidden", Version: 1 },
    });
    expect(JSON.stringify(await get({}))).not.toContain("hidden");
  });

  it("lets one service call another in process, with AWS's errors", async () => {
    const developer = { kind: "developer" } as const;
    const key = { id: { S: "in process" } };
    await host.tables.service.call({
      principal: developer,
      action: "PutItem",
      input: { TableName: "things", Item: key },
    });
    expect(
      await host.tables.service.call({
        principal: developer,
        action: "GetItem",
        input: { TableName: "things", Key: key },
      }),
    ).toEqual({
      Item: key,
    });
    const refused = host.tables.service.call({
      principal: developer,
      action: "PutItem",
      input: {
        TableName: "things",
        Item: key,
        ConditionExpression: "attribute_not_exists(id)",
      },
    });
    await expect(refused).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
      status: 400,
      message: "The conditional request failed",
    });
    expect(
      await host.topics.service.call({
        principal: developer,
        action: "Publish",
        input: { TopicArn: topicArn("news"), Message: "x" },
      }),
    ).toEqual({
      MessageId: expect.any(String),
    });
  });
});
