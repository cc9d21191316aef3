import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { PurgeQueueCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { OperatedHost } from "../support/operated-host";

/** What is broken, and what of it can be put right. */
export interface Broken {
  /** Lets it come to the worst: whoever tries again gives up. */
  readonly worst?: () => Promise<void>;
  /** Ends the cause, as a deployment or whoever runs the service does. */
  readonly mend: () => Promise<unknown>;
  /** Once it is mended: what the callers do again, and the ids of all orders that must not be lost. */
  readonly orders: () => Promise<readonly string[]>;
}

export interface Drill {
  readonly what: string;
  /** The first alarm that tells of it; undefined where it is healed before anybody must know. */
  readonly alarm: string | undefined;
  readonly begin: (host: OperatedHost) => Promise<Broken>;
  /** What heals it once the cause is gone: arguments of `orders`. */
  readonly heal: (host: OperatedHost, begun: Date) => readonly (readonly string[])[];
}

const redrive = (queue: string) => () => [["dlq", "redrive", queue]];

const givenUp =
  (host: OperatedHost, deadLetters: string, messages: number, seconds: number): (() => Promise<void>) =>
  () =>
    host.putForwardUntil(seconds, async () => (await host.waiting(deadLetters)) >= messages, 60);

/** Orders that are sent until they are accepted, each under its key. */
const keys = (count: number): readonly string[] => Array.from({ length: count }, () => randomUUID());

const again = async (host: OperatedHost, all: readonly string[]): Promise<readonly string[]> => {
  const answers = await host.send(all);
  const refused = answers.filter(({ status }) => status !== 201);
  if (refused.length > 0) throw new Error(`Orders were refused again: ${JSON.stringify(refused)}`);
  return answers.map(({ id }) => id);
};

/** What can go wrong, as whoever is on call meets it. */
export const drills: readonly Drill[] = [
  {
    what: "a broken payment service",
    alarm: "orders-fulfilment-workflow-fails",
    begin: async (host) => {
      host.outside.refuse("/payments", 500);
      const ids = await host.place(6);
      return {
        worst: givenUp(host, "orders-fulfilment-dlq", 6, 360),
        mend: async () => host.outside.accept("/payments"),
        orders: async () => ids,
      };
    },
    heal: redrive("orders-fulfilment-dlq"),
  },
  {
    what: "a throttled table",
    alarm: "orders-api-fails",
    begin: async (host) => {
      await host.limitWrites(1);
      const all = keys(16);
      const sent = host.send(all);
      return {
        worst: async () => void (await sent),
        mend: () => host.limitWrites(undefined),
        orders: () => again(host, all),
      };
    },
    heal: () => [],
  },
  {
    what: "a record of the stream that nobody can handle",
    alarm: "orders-relay-order-events-work-fails",
    begin: async (host) => {
      const before = await host.place(2);
      await host.putNoOrder(`no-order-${randomUUID()}`);
      const after = await host.place(2);
      return {
        worst: givenUp(host, "orders-relay-dlq", 1, 2),
        mend: async () => undefined,
        orders: async () => [...before, ...after],
      };
    },
    heal: (host) => [["dlq", "drop", "orders-relay-dlq", "--keep", join(host.started.host.folder, "dropped.jsonl")]],
  },
  {
    what: "a purged queue",
    alarm: undefined,
    begin: async (host) => {
      const QueueUrl = host.queueUrl("orders-fulfilment");
      const { queues } = host.started.aws;
      const delay = (DelaySeconds: string) =>
        queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds } }));
      await delay("900");
      const ids = await host.place(3);
      await host.until("3 messages are delayed", async () => {
        const { ApproximateNumberOfMessagesDelayed } = await host.started.aws.attributes(QueueUrl);
        return ApproximateNumberOfMessagesDelayed === "3";
      });
      await queues.send(new PurgeQueueCommand({ QueueUrl }));
      return { mend: () => delay("0"), orders: async () => ids };
    },
    // reconcile-orders does it by itself after openOrderAlarmMinutes (tests/pipeline/reconciliation.test.ts).
    heal: (_, begun) => {
      const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
      const from = time(begun.getTime() - 1_000);
      return [["replay", "--from", from, "--to", time(Date.now() + 1_000), "--rule", "orders-placed"]];
    },
  },
  {
    what: "a deployment whose handler throws at its start",
    alarm: "orders-fulfil-order-errors",
    begin: async (host) => {
      // Without the name of the workflow, which the handler demands in its init phase.
      const mend = await host.deployBroken("orders-fulfil-order", {});
      const ids: string[] = [];
      for (let placed = 1; placed <= 6; placed += 1) {
        ids.push(...(await host.place(1)));
        // One after another, so that each is an invocation of its own.
        await host.until(`${placed} messages were received`, async () => {
          const { inFlight } = await host.started.aws.depth(host.queueUrl("orders-fulfilment"));
          return inFlight >= placed;
        });
      }
      return { worst: givenUp(host, "orders-fulfilment-dlq", 6, 360), mend, orders: async () => ids };
    },
    heal: redrive("orders-fulfilment-dlq"),
  },
  {
    what: "an API that answers 500",
    alarm: "orders-api-fails",
    begin: async (host) => {
      const mend = await host.forbid("orders-place-order", "dynamodb:PutItem");
      const all = keys(8);
      await host.send(all);
      return { mend, orders: () => again(host, all) };
    },
    heal: () => [],
  },
];

export interface FileDrill extends Omit<Drill, "begin"> {
  readonly begin: (host: OperatedHost, file: string) => Promise<Pick<Broken, "mend">>;
}

/** A file that could not be read: it is still in the bucket, and what was sent of it is not sent again. */
export const fileDrill: FileDrill = {
  what: "a file that cannot be read",
  alarm: "orders-files-dlq-not-empty",
  begin: async (host, file) => {
    const mend = await host.forbid("orders-import-file", "s3:GetObjectVersion");
    await host.drop.put(file, "customer_id,item,quantity\nCUST-FILE,Laptop,1\nCUST-FILE,Mouse,2\n");
    await host.until("the file is being tried", async () => {
      const { waiting, inFlight } = await host.started.aws.depth(host.queueUrl("orders-files"));
      return waiting + inFlight > 0;
    });
    await givenUp(host, "orders-files-dlq", 1, 3_600)();
    return { mend };
  },
  heal: redrive("orders-files-dlq"),
};
