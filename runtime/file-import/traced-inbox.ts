import type { Inbox } from "../inbox/inbox";
import type { OrderCreated } from "../inbox/order-created";
import { beginWork, messageAttributes, type TracedWork } from "../lambda/traced-work";
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
  // The id is a hash; of a row that is not traced nobody would read it.
  annotations: sampled ? { order_id: keyedOrderId(data.customer_id, id) } : {},
  attributes: messageAttributes("send", id),
});
