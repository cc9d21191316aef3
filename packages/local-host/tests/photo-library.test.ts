import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostArguments } from "../src/host-command";
import { anyFreePort } from "../src/port";
import { type RunningHost, startHost } from "../src/start-host";
import { eventually } from "../testing/eventually";
import { awsAt } from "../testing/stub-service";

const projectDir = join(__dirname, "fixtures/photo-library");

const folder = (): string => mkdtempSync(join(tmpdir(), "photo-library-"));

describe("a program with an upload bucket, a queue, a table with a stream and a schedule", () => {
  let host: RunningHost;
  let s3: S3Client;
  const outputOf = (name: string): string => String(host.outputs[name]);

  beforeAll(async () => {
    host = await startHost({
      projectDir,
      stack: "dev",
      // A one-time schedule that has begun and was not fired when it was due is fired at once.
      settings: { countFrom: "2026-01-01T00:00:00Z", countAt: "at(2026-01-01T00:00:01)" },
      folder: folder(),
      apiPort: await anyFreePort(),
      awsPort: await anyFreePort(),
      warm: false,
    });
    s3 = new S3Client({ ...awsAt(host.awsEndpoint), forcePathStyle: true });
  });
  afterAll(async () => {
    s3.destroy();
    await host.stop();
  });

  it("is hosted whole", () => {
    expect(host.unhosted).toEqual([]);
  });

  it("catalogues an upload, and announces what is catalogued", async () => {
    await s3.send(new PutObjectCommand({ Bucket: outputOf("bucket"), Key: "uploads/a cat.jpg", Body: "miaow" }));

    const sqs = new SQSClient(awsAt(host.awsEndpoint));
    const announced = await eventually(async () => {
      const QueueUrl = outputOf("announcementsUrl");
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
      expect(Messages).toHaveLength(1);
      return Messages.map(({ Body = "" }) => JSON.parse(Body));
    });
    sqs.destroy();
    expect(announced).toEqual([{ photo: "uploads/a cat.jpg", bytes: 5 }]);

    const dynamodb = new DynamoDBClient(awsAt(host.awsEndpoint));
    const Key = { photo: { S: "uploads/a cat.jpg" } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: outputOf("table"), Key }));
    dynamodb.destroy();
    expect(Item).toEqual({ ...Key, bytes: { N: "5" }, uploaded_at: { S: expect.stringMatching(/^2\d{3}-/) } });
  });

  it("counts the photos when the schedule says", async () => {
    const report = await eventually(async () => {
      const object = await s3.send(new GetObjectCommand({ Bucket: outputOf("bucket"), Key: "reports/count.json" }));
      return JSON.parse((await object.Body?.transformToString()) ?? "");
    });
    expect(report).toEqual({ photos: expect.any(Number) });
  });
});

describe("a program that AWS would refuse in the midst of a deployment", () => {
  const start = async (settings: Readonly<Record<string, string>>, lambdaConcurrency = 1_000) => {
    const [apiPort, awsPort] = [await anyFreePort(), await anyFreePort()];
    return startHost({
      ...{ projectDir, stack: "dev", settings, folder: folder(), apiPort, awsPort, warm: false, lambdaConcurrency },
    });
  };

  it("is not hosted: a name is too long", async () => {
    await expect(start({ announcements: "a".repeat(81) })).rejects.toThrow("has 81 characters; AWS takes 1 to 80 of");
  });

  it("is not hosted: its functions reserve more than the account has", async () => {
    const refusal =
      "decreases account's UnreservedConcurrentExecution below its minimum value of [100]. Up to this one the functions reserve 5, and the account has 104 concurrent executions";
    await expect(start({ reserved: "5" }, 104)).rejects.toThrow(refusal);
  });
});

describe("a program with a resource of a type that is not hosted", () => {
  it("runs, and the type is named at start", async () => {
    const args = ["--port", "0", "--aws-port", "0", "--no-warm", "--data-dir", folder()];
    const child = spawn(process.execPath, [...hostArguments, ...args, "--config", "domain=photos.example"], {
      cwd: projectDir,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.on("data", (text: Buffer) => {
      printed += text.toString();
      if (/^Ready$/m.test(printed)) child.kill("SIGINT");
    });
    const [code] = await once(child, "close");
    expect(printed.match(/^ +not hosted here: .*$/gm)).toEqual(["  not hosted here: aws:route53/zone:Zone"]);
    expect(printed).toMatch(/^Ready$/m);
    expect(code).toBe(0);
  });
});
