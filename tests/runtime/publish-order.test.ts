import { describe, expect, it } from "vitest";
import type { OrderCreated } from "../../runtime/inbox/order-created";
import { customerIdSchema } from "../../runtime/orders/customer-id";
import { keyedOrderId } from "../../runtime/orders/order-id";
import { publishOrderWorker } from "../../runtime/topic-intake/publish-order-handler";
import { captureLog } from "./captured-log";

const log = captureLog();

const publishing = async (input: unknown, awsRequestId = "run-1") => {
  const sent: OrderCreated[] = [];
  const work = publishOrderWorker({ topic: { send: async (orders) => void sent.push(...orders) } });
  return { answer: await work(input, { awsRequestId }), sent };
};

describe("publish-order", () => {
  it.each([[{}], [null]])("publishes one order of a test customer for %j, and says where it will be", async (input) => {
    const { answer, sent } = await publishing(input);
    expect(sent).toEqual([
      {
        type: "OrderCreated",
        id: "run-1:1",
        source: "publish-order",
        data: { customer_id: "smoke-test", items: [{ item: "Smoke test", quantity: 1 }] },
      },
    ]);
    const order_id = keyedOrderId(customerIdSchema.parse("smoke-test"), "run-1:1");
    expect(answer).toEqual({ published: [{ event_id: "run-1:1", order_id }] });
    expect(log.lines()).toEqual([expect.objectContaining({ message: "orders published", orders: 1, run: "run-1" })]);
  });

  it("publishes the same orders when Lambda tries again, and others the next time", async () => {
    const order = { customer_id: "ada", item: "Pen", quantity: 1 };
    const first = await publishing({ orders: 3, order });
    expect(first.sent.map(({ id, data }) => [id, data.customer_id])).toEqual([
      ["run-1:1", "ada"],
      ["run-1:2", "ada"],
      ["run-1:3", "ada"],
    ]);
    expect((await publishing({ orders: 3, order })).sent).toEqual(first.sent);
    expect((await publishing({ orders: 3, order }, "run-2")).sent[0]?.id).toBe("run-2:1");
  });

  it.each([
    [{ orders: 0 }, "/orders"],
    [{ order: { customer_id: "ada", item: "Pen", quantity: 0 } }, "/quantity must be a whole number"],
    [{ count: 5 }, "/count is not a known field"],
  ])("refuses %j by name", async (input, expected) => {
    await expect(publishing(input)).rejects.toThrow(expected);
  });
});
