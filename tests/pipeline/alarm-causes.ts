import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { eventually } from "pulumi-local-host/testing/eventually";
import { expect } from "vitest";
import type { OperatedHost } from "../support/operated-host";
import { strandedOrder } from "../support/stranded-order";

type PutRight = () => Promise<unknown>;

export interface AlarmCause {
  readonly what: string;
  /** What it sets off, by the program's names. */
  readonly alarms: readonly string[];
  /** Brings it about; gives what puts it right. */
  readonly cause: (host: OperatedHost) => Promise<PutRight>;
}

/** Alarms that are not caused here, and why; with the tests that hold what they rest on. */
export const notCausedHere: Readonly<Record<string, string>> = {
  "orders-bus-dlq-not-empty":
    "A stack without a key of its own has no such queue. tests/pipeline/disabled-key.test.ts disables the key, and sees the alarm go on and back to OK.",
};

const functions = [
  ...["orders-place-order", "orders-get-order", "orders-list-orders", "orders-cancel-order", "orders-describe-api"],
  ...["orders-import-orders", "orders-import-file", "orders-publish-order", "orders-relay-order-events"],
  ...["orders-fulfil-order", "orders-take-payment", "orders-ship-order", "orders-refund-payment"],
  ...["orders-transform-order-event", "orders-notify", "orders-reconcile-orders"],
];

const all = async (work: readonly Promise<PutRight>[]): Promise<PutRight> => {
  const putRight = await Promise.all(work);
  return () => Promise.all(putRight.map((each) => each()));
};

const arrives = (host: OperatedHost, queue: string): Promise<void> =>
  eventually(async () => {
    const { waiting, inFlight } = await host.started.aws.depth(host.queueUrl(queue));
    expect(waiting + inFlight, queue).toBeGreaterThan(0);
  });

/** Receives that fail, until the queue gives the messages up. */
const until = (host: OperatedHost, deadLetters: string, seconds: number): Promise<void> =>
  host.putForwardUntil(seconds, async () => (await host.waiting(deadLetters)) > 0);

const mostly: readonly AlarmCause[] = [
  {
    what: "a deployment whose functions do not start",
    alarms: [...functions.map((name) => `${name}-errors`), "orders-reconcile-orders-fails"],
    cause: async (host) => {
      const putRight = await all(functions.map((name) => host.deployBroken(name)));
      await Promise.all(functions.map((name) => host.invoke(name, 6)));
      return putRight;
    },
  },
  {
    what: "functions that have no concurrency left",
    alarms: functions.map((name) => `${name}-throttled`),
    cause: async (host) => {
      const putRight = await all(functions.map((name) => host.throttle(name)));
      await Promise.all(functions.map((name) => host.invoke(name, 6)));
      return putRight;
    },
  },
  {
    what: "a scheduled run that fails in all its tries",
    alarms: ["orders-publish-order-dlq-not-empty"],
    cause: async (host) => {
      const putRight = await host.deployBroken("orders-publish-order");
      await host.invoke("orders-publish-order", 1, "Event");
      await until(host, "orders-publish-order-dlq", 60);
      return putRight;
    },
  },
  {
    what: "schedules that may not call their functions",
    alarms: ["orders-publish-schedule-dlq-not-empty", "orders-reconcile-schedule-dlq-not-empty"],
    cause: async (host) => {
      const schedules = ["orders-publish-schedule", "orders-reconcile-schedule"];
      const putRight = await all(schedules.map((name) => host.forbid(name, "lambda:InvokeFunction")));
      await host.putForward(300);
      return putRight;
    },
  },
];

/** The API, and what comes in beside it. */
const waysIn: readonly AlarmCause[] = [
  {
    what: "an API that answers 5xx",
    alarms: ["orders-api-fails", "orders-api-fails-often", "orders-not-flowing"],
    cause: async (host) => {
      const putRight = await host.throttle("orders-place-order");
      await host.place(21);
      return putRight;
    },
  },
  {
    what: "an API whose functions start slowly for three minutes",
    alarms: ["orders-api-slow"],
    cause: async (host) => {
      const slow = join(host.started.host.folder, "slow-start.cjs");
      writeFileSync(slow, "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.env.SLOW));");
      const { orders } = host.started;
      // One after the other, each in a minute of the clock of its own.
      const calls = [
        ["orders-get-order", () => orders.get("01a1fd7c-c448-7575-9465-3ea5c30c7eec")],
        ["orders-list-orders", () => orders.list({ customer_id: "CUST-001" })],
        ["orders-cancel-order", () => orders.cancel("01a1fd7c-c448-7575-9465-3ea5c30c7eec")],
      ] as const;
      const slowly = (name: string) => ({ ...host.variablesOf(name), NODE_OPTIONS: `--require=${slow}`, SLOW: "2050" });
      const putRight = await all(calls.map(([name]) => host.deployBroken(name, slowly(name))));
      for (const [, call] of calls) {
        await call();
        await host.putForward(60);
      }
      return putRight;
    },
  },
  {
    what: "a message that is not an order",
    alarms: ["orders-inbox-dlq-not-empty"],
    cause: async (host) => {
      await host.publish({});
      await arrives(host, "orders-inbox-dlq");
      return async () => undefined;
    },
  },
  {
    what: "orders of messages that cannot be written",
    alarms: ["orders-import-orders-work-fails"],
    cause: async (host) => {
      const putRight = await host.forbid("orders-import-orders", "dynamodb:PutItem");
      await Promise.all(Array.from({ length: 6 }, () => host.publish()));
      return putRight;
    },
  },
  {
    what: "an inbox that lets the topic not in",
    alarms: ["orders-intake-not-delivered"],
    cause: async (host) => {
      const putRight = await host.closeQueues(["orders-inbox"]);
      await host.publish();
      return putRight;
    },
  },
  {
    what: "a file that is none of orders",
    alarms: ["orders-files-refused"],
    cause: async (host) => {
      await host.drop.put("wrong.csv", "neither\nof these\n");
      return async () => undefined;
    },
  },
  {
    what: "a file that cannot be read in ten tries",
    alarms: ["orders-files-dlq-not-empty"],
    cause: async (host) => {
      const putRight = await host.forbid("orders-import-file", "s3:GetObjectVersion");
      await host.drop.put("late.csv", "customer_id,item,quantity\nCUST-001,Laptop,1\n");
      await arrives(host, "orders-files");
      await until(host, "orders-files-dlq", 3_600);
      return putRight;
    },
  },
];

/** From the table to the end of an order. */
const fulfilment: readonly AlarmCause[] = [
  {
    what: "a relay that is held up",
    alarms: ["orders-relay-behind"],
    cause: async (host) => {
      const putRight = await host.throttle("orders-relay-order-events");
      await host.place(1);
      await host.putForwardUntil(61, async () => (await host.alarms())["orders-relay-behind"] === "ALARM");
      return putRight;
    },
  },
  {
    what: "a record of the stream that nobody can handle",
    alarms: ["orders-relay-order-events-work-fails", "orders-relay-dlq-not-empty"],
    cause: async (host) => {
      await host.putNoOrder("no-order");
      await until(host, "orders-relay-dlq", 2);
      return async () => undefined;
    },
  },
  {
    what: "queues that let the bus not in",
    alarms: ["placed", "changed"].flatMap((rule) => [
      `orders-${rule}-dlq-not-empty`,
      `orders-${rule}-fails-to-deliver`,
    ]),
    cause: async (host) => {
      const putRight = await host.closeQueues(["orders-fulfilment", "orders-transform"]);
      await host.place(1);
      await Promise.all([arrives(host, "orders-placed-dlq"), arrives(host, "orders-changed-dlq")]);
      return putRight;
    },
  },
  {
    what: "queues and dead-letter queues that let the bus not in",
    alarms: ["orders-placed-loses-events", "orders-changed-loses-events"],
    cause: async (host) => {
      const queues = ["orders-fulfilment", "orders-transform", "orders-placed-dlq", "orders-changed-dlq"];
      const putRight = await host.closeQueues(queues);
      await host.place(1);
      return putRight;
    },
  },
  {
    what: "a payment service that takes the key no more",
    alarms: ["orders-fulfil-order-work-fails", "orders-fulfilment-workflow-fails", "orders-fulfilment-dlq-not-empty"],
    cause: async (host) => {
      const before = host.outside.asked("/payments");
      host.outside.refuse("/payments", 401);
      await host.place(6);
      await arrives(host, "orders-fulfilment");
      // All in one period of the alarm, before the clock goes on.
      await eventually(() => expect(host.outside.asked("/payments") - before).toBeGreaterThanOrEqual(6));
      await until(host, "orders-fulfilment-dlq", 360);
      return async () => host.outside.accept("/payments");
    },
  },
  {
    what: "a payment service that does not answer",
    alarms: ["orders-fulfilment-workflow-times-out"],
    cause: async (host) => {
      const before = host.outside.came("/payments");
      host.outside.hold("/payments");
      await host.place(1);
      await eventually(() => expect(host.outside.came("/payments")).toBeGreaterThan(before));
      await host.putForward(56);
      return async () => host.outside.release("/payments");
    },
  },
  {
    what: "an order that does not move",
    alarms: ["orders-open-too-long"],
    cause: async (host) => {
      const { aws } = host.started;
      const TableName = host.started.host.output("orders_table");
      const id = await strandedOrder(aws.tables, TableName, 76);
      await host.invoke("orders-reconcile-orders");
      return () => aws.tables.send(new DeleteItemCommand({ TableName, Key: { order_id: { S: id } } }));
    },
  },
];

/** What those outside are told. */
const waysOut: readonly AlarmCause[] = [
  {
    what: "subscribers that cannot be reached",
    alarms: [
      "orders-events-not-delivered",
      ...["orders-partner-returns", "orders-partner-warehouse", "orders-notifications", "orders-webhook-HASH"].map(
        (queue) => `${queue}-dlq-not-empty`,
      ),
    ],
    cause: async (host) => {
      host.outside.refuse("/webhook", 400);
      const queues = ["orders-partner-returns", "orders-partner-warehouse", "orders-notifications"];
      const putRight = await host.closeQueues(queues);
      await host.place(1, "Discontinued");
      await Promise.all([...queues, "orders-webhook-HASH"].map((queue) => arrives(host, `${queue}-dlq`)));
      return () => {
        host.outside.accept("/webhook");
        return putRight();
      };
    },
  },
  {
    what: "Slack that takes nothing",
    alarms: ["orders-notify-work-fails"],
    cause: async (host) => {
      host.outside.refuse("/slack", 400);
      await host.ring("orders-files-refused", 3);
      return async () => host.outside.accept("/slack");
    },
  },
  {
    what: "a topic that may not be published to",
    alarms: ["orders-transform-order-event-work-fails", "orders-transform-dlq-not-empty"],
    cause: async (host) => {
      const putRight = await host.forbid("orders-transform-order-event", "sns:Publish");
      await host.place(2);
      await arrives(host, "orders-transform");
      await until(host, "orders-transform-dlq", 60);
      return putRight;
    },
  },
  {
    what: "consumers that are down",
    alarms: ["inbox", "files", "fulfilment", "transform", "notifications", "partner-returns", "partner-warehouse"].map(
      (queue) => `orders-${queue}-waits`,
    ),
    cause: async (host) => {
      await host.place(1, "Discontinued");
      await Promise.all(["returns", "warehouse"].map((partner) => arrives(host, `orders-partner-${partner}`)));
      const consumers = ["import-orders", "import-file", "fulfil-order", "transform-order-event", "notify"];
      const putRight = await all(consumers.map((name) => host.throttle(`orders-${name}`)));
      await Promise.all([
        host.publish(),
        host.drop.put("waits.csv", "customer_id,item,quantity\nCUST-001,Laptop,1\n"),
        host.place(1),
        host.ring("orders-files-refused", 1),
      ]);
      const queues = ["inbox", "files", "fulfilment", "transform", "notifications"];
      await Promise.all(queues.map((queue) => arrives(host, `orders-${queue}`)));
      await host.putForward(3_601);
      return putRight;
    },
  },
];

/** What goes wrong, and the alarms that say so. */
export const alarmCauses: readonly AlarmCause[] = [...mostly, ...waysIn, ...fulfilment, ...waysOut];
