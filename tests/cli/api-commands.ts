import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { HostedOrders } from "./hosted-orders";
import { done, hasTerminal, refused, resultsOf, runOrders } from "./run-orders";
import { standInPulumi } from "./stand-in-pulumi";

const json = (result: unknown): string => `${JSON.stringify(result)}\n`;

/** The commands that use the API. */
export function describeApiCommands(orders: HostedOrders): void {
  describe("orders place", () => {
    it("places what the options say, and with --watch follows it to its end, whatever that is", async () => {
      const place = ["place", "--customer", "WATCHED", "--item", "Laptop=2", "--item", "Pen", "--watch"];
      const [shipped, declined] = await Promise.all([
        orders.run(place),
        orders.run([...place, "--payment-method", "tok_declined"]),
      ]);
      const [order, ...changes] = resultsOf(shipped);
      expect(order).toEqual({
        message: "Order placed",
        order_id: expect.any(String),
        status: "PENDING",
        customer_id: "WATCHED",
        items: [
          { item: "Laptop", quantity: 2 },
          { item: "Pen", quantity: 1 },
        ],
        created_at: expect.any(String),
        version: 1,
      });
      const versions = changes.map(({ version }) => Number(version));
      expect(versions).toEqual([...new Set(versions)].sort());
      expect(changes.at(-1)).toEqual(await orders.stored(order?.["order_id"]));
      expect(changes.at(-1)).toMatchObject({ status: "SHIPPED", version: 3 });
      expect(resultsOf(declined).at(-1)).toMatchObject({ status: "REJECTED", rejection_reason: "payment_declined" });
    });

    it("places an order once under a --key, says so, and refuses another order under it", async () => {
      const keyed = (item: string) =>
        orders.run(["place", "--customer", "KEYED", "--item", item, "--key", "basket-17"]);
      const first = await keyed("Pen=2");
      const id = resultsOf(first)[0]?.["order_id"];
      const [again, other] = await Promise.all([keyed("Pen=2"), keyed("Pen=3")]);
      const note = "This order was placed before under the key basket-17; there is no second one.\n";
      expect(again).toEqual({ ...first, stderr: note });
      const reason = `This Idempotency-Key placed order ${id}, with a different body. Send the same body again, or use a new key.`;
      expect(other).toEqual(refused(`place: 422 ${reason}\n`));
    });

    it("takes the order from standard input", async () => {
      const order = { customer_id: "FILED", items: [{ item: "Pen", quantity: 4 }] };
      const run = await orders.run(["place", "--file", "-"], { stdin: JSON.stringify(order) });
      expect(resultsOf(run)).toEqual([expect.objectContaining(order)]);
    });
  });

  describe("orders list, get and watch", () => {
    it("list pages through a customer's orders, newest first", async () => {
      const [first, second, third] = [
        await orders.shipped("LISTED"),
        await orders.shipped("LISTED"),
        await orders.shipped("LISTED"),
      ];
      const [page] = resultsOf(await orders.run(["list", "--customer", "LISTED", "--limit", "2"]));
      expect(page).toEqual({ orders: [third, second], next_cursor: expect.any(String) });
      const rest = await orders.run(["list", "--customer", "LISTED", "--cursor", String(page?.["next_cursor"])]);
      expect(rest).toEqual(done(json({ orders: [first] })));
    });

    it("get shows an order as the API does, and watch shows one that has ended once", async () => {
      const order = await orders.shipped("SHOWN");
      const id = String(order["order_id"]);
      expect(await Promise.all([orders.run(["get", id]), orders.run(["watch", id])])).toEqual([
        done(json(order)),
        done(json(order)),
      ]);
    });

    it.skipIf(!hasTerminal)("on a terminal list shows a table and how to go on, but JSON with --json", async () => {
      const [first, second] = [await orders.shipped("SEEN"), await orders.shipped("SEEN")];
      const list = ["list", "--customer", "SEEN"];
      const [table, page, asJson] = await Promise.all([
        orders.runOnTerminal(list),
        orders.runOnTerminal([...list, "--limit", "1"]),
        orders.runOnTerminal([...list, "--json"]),
      ]);
      const header =
        "order_id                              status   items    created_at                rejection_reason";
      const row = (order: typeof first) => `${order["order_id"]}  SHIPPED  1 x Pen  ${order["created_at"]}`;
      expect(table).toEqual({ code: 0, stdout: `${header}\n${row(second)}\n${row(first)}\n` });
      expect(page.stdout).toMatch(new RegExp(`^${header}\n${row(second)}\nnext: --cursor \\w+\n$`));
      expect(asJson).toEqual({ code: 0, stdout: json({ orders: [second, first] }) });
    });
  });

  describe("orders cancel", () => {
    it("cancels an order that waits to be paid, which watch sees waiting", async () => {
      const QueueUrl = orders.started.host.output("fulfilment_queue_url");
      const delay = (DelaySeconds: string) =>
        orders.started.aws.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds } }));
      await delay("900");
      const id = await orders.place("HASTY");
      const waiting = json(await orders.stored(id));
      const watched = await orders.run(["watch", id, "--timeout", "1"]);
      const cancelled = await orders.run(["cancel", id]);
      await delay("0");
      expect(watched).toEqual({ code: 1, stdout: waiting, stderr: `The order ${id} is still PENDING after 1 s.\n` });
      expect(resultsOf(cancelled)).toEqual([expect.objectContaining({ order_id: id, status: "CANCELLED" })]);
      expect(await orders.stored(id)).toMatchObject({ status: "CANCELLED", version: 2 });
    });

    it("is refused for an order that was shipped", async () => {
      const { order_id } = await orders.shipped("LATE");
      const reason = "The order is SHIPPED; only a PENDING order can be cancelled.";
      expect(await orders.run(["cancel", String(order_id)])).toEqual(refused(`cancel ${order_id}: 409 ${reason}\n`));
    });
  });

  describe("orders token and schema", () => {
    it("print the host's token, and the document that the API answers with", async () => {
      const [token, schema] = await Promise.all([orders.run(["token"]), orders.run(["schema"])]);
      expect(token).toEqual(done(`${orders.started.host.token}\n`));
      expect(schema).toEqual(done(readFileSync(join(__dirname, "../../docs/api/openapi.json"), "utf8")));
    });

    it("the token for a client's secret is one that the API takes", async () => {
      const { host } = orders.started;
      const [, UserPoolId] = new URL(host.output("token_endpoint")).pathname.split("/");
      const answer = await fetch(host.awsEndpoint, {
        method: "POST",
        headers: { "x-amz-target": "AWSCognitoIdentityProviderService.DescribeUserPoolClient" },
        body: JSON.stringify({ UserPoolId, ClientId: host.output("user_pool_client_id") }),
      });
      const described = z.object({ UserPoolClient: z.object({ ClientSecret: z.string() }) }).parse(await answer.json());
      const env = {
        PATH: standInPulumi(join(host.folder, "pulumi"), { dev: host.outputs }),
        ORDERS_CLIENT_SECRET: described.UserPoolClient.ClientSecret,
      };
      const run = await runOrders(["--stack", "dev", "list", "--customer", "NOBODY"], { env });
      expect(run).toEqual(done('{"orders":[]}\n'));
    });
  });

  describe("what the API refuses", () => {
    it.each([
      [
        ["place", "--item", "Laptop=0"],
        "place: 400 Fields of the order are wrong; see errors.\n  /items/0/quantity: must be a whole number from 1 to 10,000; it is 0\n",
      ],
      [
        ["list", "--limit", "0"],
        'list: 400 Query parameters are wrong; see errors.\n  /limit: must be a whole number from 1 to 100; it is "0"\n',
      ],
      [["get", "../health"], "get ../health: 404 There is no such order among yours.\n"],
      [["watch", "nothing"], "watch nothing: 404 There is no such order among yours.\n"],
      [
        ["list", "--token", "nonsense"],
        "list: 401 Unauthorized: the token has expired or is not for this API; --token and ORDERS_TOKEN come before the local host's own\n",
      ],
    ])("%j ends with exit code 1 and the API's reason", async (args, stderr) => {
      expect(await orders.run(args)).toEqual(refused(stderr));
    });
  });
}
