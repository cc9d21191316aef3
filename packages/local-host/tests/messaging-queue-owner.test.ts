import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { allowEverything } from "../src/kernel/endpoint/access-control";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import { hostedEndpoint, queueArn } from "./hosted-endpoint";
import { queue } from "./hosted-messaging";
import { withDeadLetters } from "./with-dead-letters";

const developer = { kind: "developer" } as const;
const region = "us-east-1";

describe("queues and their owner", () => {
  it("keep messages, receive counts and time in flight over a restart", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "queues-"));
    const first = await hostedEndpoint({ resources: withDeadLetters, dataDir });
    for (const body of ["in flight", "waiting"]) await first.queues.queues.send(developer, queueArn("work"), { body });
    const [held] = await first.queues.queues.receive(developer, queueArn("work"), { max: 1, waitSeconds: 0 });
    await first.stop();

    const second = await hostedEndpoint({ resources: withDeadLetters, dataDir });
    const { queues } = second.queues;
    expect(queues.depth(queueArn("work"))).toMatchObject({ visible: 1, inFlight: 1 });
    await queues.changeVisibility(developer, queueArn("work"), held?.receiptHandle ?? "", 0);
    const again = await queues.receive(developer, queueArn("work"), { max: 10, waitSeconds: 0 });
    expect(again.map(({ body, attributes }) => [body, attributes["ApproximateReceiveCount"]])).toEqual([
      ["waiting", "1"],
      ["in flight", "2"],
    ]);
    await second.stop();
  });

  it("show again what was received, and not what is delayed, when asked to", async () => {
    const host = await hostedEndpoint({ resources: withDeadLetters });
    const { queues } = host.queues;
    await queues.send(developer, queueArn("work"), { body: "received" });
    await queues.receive(developer, queueArn("work"), { max: 1, waitSeconds: 0 });
    await queues.send(developer, queueArn("work"), { body: "delayed", delaySeconds: 60 });
    expect(queues.depth(queueArn("work"))).toMatchObject({ visible: 0, inFlight: 1, delayed: 1 });
    queues.showReceived(queueArn("work"));
    expect(queues.depth(queueArn("work"))).toMatchObject({ visible: 1, inFlight: 0, delayed: 1 });
    await host.stop();
  });

  it("stop the start when a dead-letter queue does not allow its source", async () => {
    const start = hostedEndpoint({
      resources: (url) => [
        queue(url, "work", { redrivePolicy: { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 } }),
        queue(url, "dead", { redriveAllowPolicy: { redrivePermission: "denyAll" } }),
      ],
    });
    await expect(start).rejects.toThrow(/Queue::work: .*RedriveAllowPolicy does not allow this queue/);
  });

  it("stop the start at a property that is not supported, by its name", async () => {
    await expect(hostedEndpoint({ resources: (url) => [queue(url, "work", { colour: "red" })] })).rejects.toThrow(
      /Queue::work: the local host does not support the property colour \("red"\)/,
    );
  });

  it("ask whether a role may do what it does, and tell it when not", async () => {
    const checks: string[] = [];
    const host = await hostedEndpoint({
      resources: withDeadLetters,
      access: {
        ...allowEverything,
        check: ({ principal, action, resourceArn }) => {
          checks.push(`${principal.kind === "role" ? principal.roleArn : principal.kind} ${action} ${resourceArn}`);
          if (action === "sqs:SendMessage") throw new AwsError("AccessDeniedException", "not authorized", 403);
        },
      },
    });
    const issued = host.credentials.issue("arn:aws:iam::000000000000:role/worker", "worker");
    const sqs = new SQSClient({ endpoint: host.url, region, credentials: issued });
    const sent = sqs.send(new SendMessageCommand({ QueueUrl: host.queueUrl("work"), MessageBody: "x" }));
    await expect(sent).rejects.toMatchObject({ name: "AccessDeniedException", message: "not authorized" });
    expect(checks).toEqual([`arn:aws:iam::000000000000:role/worker sqs:SendMessage ${queueArn("work")}`]);
    expect(host.queues.queues.depth(queueArn("work")).visible).toBe(0);
    sqs.destroy();
    await host.stop();
  });
});
