import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import type { AccessCheck } from "../src/kernel/endpoint/access-control";
import { queueArn } from "./hosted-endpoint";
import { type HostedMessaging, hostedMessaging } from "./hosted-messaging";
import { Bucket, buckets } from "./versioned-bucket";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of an error in XML. */
  readonly code: string | undefined;
}

/** A bucket that keeps no versions, its client, and requests that no client would send. */
export class HostedBucket {
  readonly s3: S3Client;
  readonly asked: readonly AccessCheck[];
  readonly host: HostedMessaging;

  private constructor(host: HostedMessaging, asked: readonly AccessCheck[]) {
    this.host = host;
    this.asked = asked;
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    this.s3 = new S3Client({ endpoint: host.url, region: "us-east-1", credentials, forcePathStyle: true });
  }

  static async start(): Promise<HostedBucket> {
    const asked: AccessCheck[] = [];
    const access = { check: (check: AccessCheck) => void asked.push(check) };
    const bucket = new HostedBucket(await hostedMessaging({ resources: buckets, access }), asked);
    await bucket.told();
    return bucket;
  }

  async stop(): Promise<void> {
    this.s3.destroy();
    await this.host.stop();
  }

  /** Sends a request as it is: its path is not made another, and no header is added but Host and Content-Length. */
  async send(
    method: string,
    path: string,
    body: Buffer | string = "",
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const length = Buffer.byteLength(body) > 0 || method === "PUT" ? { "content-length": Buffer.byteLength(body) } : {};
    const outgoing = request({
      host: "localhost",
      port: new URL(this.host.url).port,
      method,
      path,
      headers: { ...length, ...headers },
    });
    outgoing.end(body);
    // The only argument of the event is the answer.
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    const answered = Buffer.concat(await response.toArray());
    const code = /<Code>([^<]*)<\/Code>/.exec(answered.toString())?.[1];
    return { status: response.statusCode ?? 0, headers: response.headers, body: answered, code };
  }

  /** The names and keys of what the bucket's queue has been told since it was last asked. */
  async told(): Promise<readonly string[]> {
    const { queues } = this.host.queues;
    const developer = { kind: "developer" } as const;
    const told: string[] = [];
    for (;;) {
      const messages = await queues.receive(developer, queueArn("files"), { max: 10, waitSeconds: 0 });
      if (messages.length === 0) return told;
      const records = messages.flatMap(({ body }) => JSON.parse(body).Records ?? []);
      told.push(...records.map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`));
      const handles = messages.map(({ receiptHandle }) => receiptHandle);
      await queues.deleteBatch(developer, queueArn("files"), handles);
    }
  }

  async keys(): Promise<readonly string[]> {
    const { body } = await this.send("GET", `/${Bucket}?list-type=2`);
    return [...body.toString().matchAll(/<Key>([^<]*)/g)].map(([, key = ""]) => key);
  }
}
