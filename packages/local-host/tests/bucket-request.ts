import { request } from "node:http";
import { queueArn, resource } from "./hosted-endpoint";
import { bucket, type HostedMessaging, hostedMessaging, queue } from "./hosted-messaging";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The error's code, of an answer that is one. */
  readonly code: string | undefined;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a request as it is written: no SDK adds headers to it, and no URL parser takes dots from its path. */
export const sendRaw = (to: string, path: string, of: RawRequest = {}): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(to);
    const { method = "GET", headers = {}, body } = of;
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const received = Buffer.concat(chunks);
        const code = /<Code>([^<]*)<\/Code>/.exec(received.toString())?.[1];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received, code });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** A bucket that tells a queue of every object, and a request to it. */
export class RawBucket {
  readonly host: HostedMessaging;

  private constructor(host: HostedMessaging) {
    this.host = host;
  }

  static async start(options: Partial<Parameters<typeof hostedMessaging>[0]> = {}): Promise<RawBucket> {
    const resources = (url: string) => [
      queue(url, "files"),
      bucket("drop-box"),
      resource("aws:s3/bucketNotification:BucketNotification", "drop-box", {
        bucket: "drop-box",
        queues: [{ queueArn: queueArn("files"), events: ["s3:ObjectCreated:*"] }],
      }),
    ];
    const started = new RawBucket(await hostedMessaging({ resources, ...options }));
    await started.notified();
    return started;
  }

  /** @param path of the object, as it is in the URL, with its query */
  send(method: string, path: string, body?: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
    return sendRaw(this.host.url, `/drop-box/${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  }

  put(path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
    return this.send("PUT", path, body, headers);
  }

  /** The keys of which the queue was told since it was asked last. */
  async notified(): Promise<readonly string[]> {
    const keys: string[] = [];
    for (;;) {
      const most = { max: 10, waitSeconds: 0 };
      const messages = await this.host.queues.queues.receive({ kind: "developer" }, queueArn("files"), most);
      if (messages.length === 0) return keys;
      keys.push(...messages.map(({ body }) => JSON.parse(body).Records?.[0].s3.object.key ?? ""));
    }
  }

  /** The bucket's keys. */
  async keys(query = ""): Promise<readonly string[]> {
    const { body } = await this.send("GET", `?list-type=2${query}`);
    return [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
  }
}
