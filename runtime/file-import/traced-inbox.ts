import type { Inbox } from "../inbox/inbox";
import type { OrderCreated } from "../inbox/order-created";
import { beginWork, type TracedWork } from "../lambda/traced-work";
import { keyedOrderId } from "../orders/order-id";
import { newTraceId, traceHeader } from "../values/trace-context";

/** An inbox to which each row's order goes in a trace of its own, which is linked to that of the file's import. */
export const tracedInbox = (inbox: Inbox, sampled: () => boolean): Inbox => ({
  send: async (orders) => {
    const works = orders.map((order) => beginWork(rowWork(order, sampled())));
    const end = (outcome: "done" | "failed"): void => {
      for (const work of works) work.end(outcome);
    };
    try {
      await inbox.send(
        orders,
        works.map(({ header }) => header),
      );
      end("done");
    } catch (error) {
      end("failed");
      throw error;
    }
  },
});

const rowWork = ({ id, data }: OrderCreated, sampled: boolean): TracedWork => ({
  name: "import-file",
  header: sampled ? "begin" : traceHeader({ root: newTraceId(), sampled }),
  annotations: { order_id: keyedOrderId(data.customer_id, id) },
  attributes: { "messaging.system": "aws_sqs", "messaging.operation.type": "send", "messaging.message.id": id },
});
