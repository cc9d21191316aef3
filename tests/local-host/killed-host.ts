import { callService } from "../../local/endpoint/call-service";
import { hostedEndpoint, ordersTable, queueArn } from "./hosted-endpoint";
import { queue } from "./hosted-messaging";

/** A host that writes without end, and says what it was told is written, until it is killed. */
const run = async (dataDir: string): Promise<void> => {
  const host = await hostedEndpoint({ dataDir, resources: (url) => [ordersTable(), queue(url, "work")] });
  const developer = { kind: "developer" } as const;
  for (let count = 1; ; count += 1) {
    await host.queues.queues.send(developer, queueArn("work"), { body: String(count) });
    await callService(host.tables.service, developer, "PutItem", {
      TableName: "things",
      Item: { id: { S: String(count) } },
    });
    process.stdout.write(`${count}\n`);
  }
};

run(process.argv[2] ?? "").catch((error) => {
  console.error(error);
  process.exit(1);
});
