import { queueArn, thingsTable } from "./hosted-endpoint";
import { hostedMessaging, queue } from "./hosted-messaging";
import { Bucket, versionedBuckets } from "./versioned-bucket";

/** A host that writes without end, and says what it was told is written, until it is killed. */
const run = async (dataDir: string): Promise<void> => {
  const host = await hostedMessaging({
    dataDir,
    resources: (url) => [thingsTable(), queue(url, "work"), ...versionedBuckets(url)],
  });
  const developer = { kind: "developer" } as const;
  for (let count = 1; ; count += 1) {
    await host.queues.queues.send(developer, queueArn("work"), { body: String(count) });
    await host.tables.service.call({
      principal: developer,
      action: "PutItem",
      input: {
        TableName: "things",
        Item: { id: { S: String(count) } },
      },
    });
    await host.buckets.calls.putObject(developer, `arn:aws:s3:::${Bucket}`, "count", String(count));
    process.stdout.write(`${count}\n`);
  }
};

run(process.argv[2] ?? "").catch((error) => {
  console.error(error);
  process.exit(1);
});
