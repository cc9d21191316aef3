import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { HostProcess } from "./host-process";

type Report = Readonly<Record<string, unknown>>;

/** The file intake of a running host, as whoever uploads a file sees it, and what comes of its files. */
export class FileDrop {
  private readonly host: HostProcess;
  private readonly objects: S3Client;
  private readonly tables: DynamoDBClient;
  private readonly queues: SQSClient;
  private readonly bucket: string;

  constructor(host: HostProcess) {
    const options = host.aws;
    this.host = host;
    this.bucket = host.output("import_bucket");
    this.objects = new S3Client({ ...options, forcePathStyle: true });
    this.tables = new DynamoDBClient(options);
    this.queues = new SQSClient(options);
  }

  /** Uploads a file; resolves to the id of its version. */
  async put(name: string, Body: string | Buffer, Metadata: Readonly<Record<string, string>> = {}): Promise<string> {
    const put = new PutObjectCommand({ Bucket: this.bucket, Key: `incoming/${name}`, Body, Metadata: { ...Metadata } });
    return String((await this.objects.send(put)).VersionId);
  }

  /** The file's report, once there is one: of the upload that was done with last. */
  async report(name: string): Promise<Report | undefined> {
    const text = await this.read(`reports/${name}.report.json`);
    return text === undefined ? undefined : (JSON.parse(text) as Report);
  }

  /** The reports on all uploads under a name, the last one first. */
  async reports(name: string): Promise<readonly Report[]> {
    const Prefix = `reports/${name}.report.json`;
    const { Versions = [] } = await this.objects.send(new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix }));
    const texts = await Promise.all(Versions.map(({ VersionId }) => this.read(Prefix, VersionId)));
    return texts.map((text) => JSON.parse(text ?? "{}") as Report);
  }

  /** The CSV of the file's rejected rows, if there is one. */
  rejectedRows(name: string): Promise<string | undefined> {
    return this.read(`reports/${name}.rejected.csv`);
  }

  /** Orders of all files that are in the inbox for sure, by the progress that is kept. */
  async sent(): Promise<number> {
    const list = new ListObjectsV2Command({ Bucket: this.bucket, Prefix: "progress/" });
    const { Contents = [] } = await this.objects.send(list);
    const texts = await Promise.all(Contents.map(({ Key = "" }) => this.read(Key)));
    return texts.reduce((sum, text) => sum + (JSON.parse(text ?? '{"sent":0}') as { sent: number }).sent, 0);
  }

  /** Orders in the inbox, those being placed included. */
  async waiting(): Promise<number> {
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const get = new GetQueueAttributesCommand({
      QueueUrl: this.host.output("inbox_queue_url"),
      AttributeNames: [...names],
    });
    const { Attributes = {} } = await this.queues.send(get);
    return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  }

  /** Keeps placed orders from being worked on for a quarter of an hour each, so that the import has the machine to itself. */
  async holdFulfilment(): Promise<void> {
    const { QueueUrls = [] } = await this.queues.send(new ListQueuesCommand({}));
    const held = QueueUrls.filter((url) => /\/orders-(fulfilment|transform)-[0-9a-f]{7}$/.test(url));
    for (const QueueUrl of held) {
      await this.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: "900" } }));
    }
  }

  /** The Idempotency-Key of every order in the table. */
  async orderKeys(): Promise<readonly string[]> {
    const keys: string[] = [];
    const scan = { TableName: this.host.output("orders_table"), ProjectionExpression: "idempotency_key" };
    for await (const { Items = [] } of paginateScan({ client: this.tables }, scan)) {
      keys.push(...Items.map((item) => item["idempotency_key"]?.S ?? ""));
    }
    return keys;
  }

  /** Waits for what is to come; rejects when it has not after `patience` milliseconds. */
  async until(holds: () => Promise<boolean>, patience = 1_800_000): Promise<void> {
    const deadline = Date.now() + patience;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`timed out after ${patience} ms waiting for ${holds}`);
      await pause(50);
    }
  }

  private async read(Key: string, VersionId?: string): Promise<string | undefined> {
    try {
      const { Body } = await this.objects.send(new GetObjectCommand({ Bucket: this.bucket, Key, VersionId }));
      return await Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }
}
