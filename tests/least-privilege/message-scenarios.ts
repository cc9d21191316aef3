import { randomUUID } from "node:crypto";
import { follow, place } from "./order-scenarios";
import type { PermissionScenario } from "./permission-scenario";
import type { RunningSystem } from "./running-system";

/** A queue lets nobody in: what should have gone there is in the dead-letter queue of who sends. */
const undeliverable = (
  from: string,
  to: string,
  deadLetters: string,
  cause: (system: RunningSystem) => Promise<string>,
): PermissionScenario => ({
  name: `what ${from} cannot deliver to ${to} is kept in ${deadLetters}`,
  about: [deadLetters],
  run: async (system, patience) => {
    await system.withoutPolicy(to, async () => {
      await system.messageWith(deadLetters, await cause(system), patience);
    });
    await system.emptyQueue(deadLetters);
  },
});

const placed = (system: RunningSystem): Promise<string> => place(system);

const rejected = (system: RunningSystem): Promise<string> => place(system, "Discontinued");

const alarm = "orders-fulfilment-dlq-not-empty";

const alarmed = async (system: RunningSystem): Promise<string> => {
  const reason = randomUUID();
  await system.setAlarm(alarm, reason);
  return reason;
};

const published = async (system: RunningSystem, customer = "CUST-001"): Promise<string> => {
  const id = randomUUID();
  const data = { customer_id: customer, items: [{ item: "Laptop", quantity: 1 }] };
  await system.publish(system.host.output("intake_topic_arn"), { type: "OrderCreated", id, source: "shop", data });
  return id;
};

const posted = async (system: RunningSystem, text: string, patience: number): Promise<void> =>
  system.within(patience, `nothing with ${text} was posted to Slack`, async () =>
    system.outside.slack.some((body) => body.includes(text)),
  );

/** What goes in and out as messages, and where it is kept when it cannot. */
export const messageScenarios: readonly PermissionScenario[] = [
  undeliverable("the bus", "orders-fulfilment", "orders-placed-dlq", placed),
  undeliverable("the bus", "orders-transform", "orders-changed-dlq", placed),
  undeliverable("the intake topic", "orders-inbox", "orders-inbox-dlq", (system) => published(system)),
  undeliverable("the topic of events", "orders-partner-acme", "orders-partner-acme-dlq", placed),
  undeliverable("the topic of events", "orders-notifications", "orders-notifications-dlq", rejected),
  undeliverable("the alarms", "orders-notifications", "orders-notifications-dlq", alarmed),
  {
    name: "an order that comes as a message is placed",
    about: ["orders-import-orders", "orders-inbox"],
    run: async (system, patience) => {
      const customer = `CUST-${randomUUID()}`;
      await published(system, customer);
      await system.within(patience, "no order was placed", () => system.hasOrders(customer));
    },
  },
  {
    name: "a message that is not an order is kept, with the reason",
    about: ["orders-import-orders"],
    run: async (system, patience) => {
      const id = randomUUID();
      await system.publish(system.host.output("intake_topic_arn"), { type: "OrderCreated", id, data: { nothing: id } });
      await system.messageWith("orders-inbox-dlq", id, patience);
      await system.emptyQueue("orders-inbox-dlq");
    },
  },
  {
    name: "partners are told of an order",
    about: ["orders-transform-order-event", "orders-transform", "orders-partner-acme"],
    run: async (system, patience) => {
      await system.messageWith("orders-partner-acme", await place(system), patience);
      await system.emptyQueue("orders-partner-acme");
    },
  },
  {
    name: "people are told of a rejected order",
    about: ["orders-notifications", "orders-notify"],
    run: async (system, patience) => {
      const id = await rejected(system);
      await follow(system, id, ["PENDING", "PAID", "REJECTED"], Math.max(patience, 10_000));
      await posted(system, id, patience);
    },
  },
  {
    name: "people are told of an alarm",
    about: ["orders-notifications", "orders-alarms"],
    run: async (system, patience) => posted(system, await alarmed(system), patience),
  },
  {
    name: "notify asks for Slack's webhook again when it was replaced",
    about: ["orders-notify"],
    run: async (system) => {
      const functionName = await system.functionNamed("orders-notify");
      const change = { AlarmName: alarm, NewStateValue: "ALARM", OldStateValue: "OK", NewStateReason: "a reason" };
      const body = JSON.stringify({
        ...change,
        StateChangeTime: new Date().toISOString(),
        AlarmDescription: "a meaning",
      });
      const event = { Records: [{ messageId: randomUUID(), body, attributes: {}, messageAttributes: {} }] };
      // Three times: a notification of the pipeline's own may be what is refused, in another process of the function.
      for (let time = 1; time <= 3; time += 1) {
        system.outside.refuseOnce("/slack", 404);
        await system.invoke(functionName, event);
        const { text } = await system.invoke(functionName, event);
        if (text !== '{"batchItemFailures":[]}') throw new Error(text);
      }
    },
  },
  {
    name: "a change that is not an order's is kept apart",
    about: ["orders-relay-order-events"],
    slow: true,
    run: async (system, patience) => {
      const refused = async () => (await refusedToRelay(system)) > before;
      const before = await refusedToRelay(system);
      await system.putNoOrder(randomUUID());
      // It comes once ten retries have failed, or is refused then; it says where in the stream the change is.
      const kept = () => system.hasMessage("orders-relay-dlq", "RetryAttemptsExhausted");
      await system.within(45_000, "the relay gave nothing up", async () => (await kept()) || (await refused()));
      await system.within(patience, "nothing is in orders-relay-dlq", kept);
      await system.emptyQueue("orders-relay-dlq");
    },
  },
];

const refusedToRelay = async ({ permissions }: RunningSystem): Promise<number> =>
  (await permissions.denied()).filter(
    ({ action, caller }) => action === "sqs:SendMessage" && caller.includes("/orders-relay-order-events-"),
  ).length;
