import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type StartedHost, startedHost } from "../support/started-host";
import { PlacedOrders } from "./placed-orders";
import {
  done,
  hasTerminal,
  type OrdersRun,
  type RunOptions,
  refused,
  resultsOf,
  runOnTerminal,
  runOrders,
} from "./run-orders";
import { standInPulumi } from "./stand-in-pulumi";

let started: StartedHost;
let placed: PlacedOrders;

beforeAll(async () => {
  started = await startedHost();
  placed = new PlacedOrders(started);
});

afterAll(() => started?.end());

const onHost = (args: readonly string[]): readonly string[] => ["--data-dir", started.host.folder, ...args];

const orders = (args: readonly string[], options?: RunOptions): Promise<OrdersRun> => runOrders(onHost(args), options);

const json = (result: unknown): string => `${JSON.stringify(result)}\n`;

describe("orders place", () => {
  it("places what the options say, and with --watch follows it to its end, whatever that is", async () => {
    const place = ["place", "--customer", "WATCHED", "--item", "Laptop=2", "--item", "Pen", "--watch"];
    const [shipped, declined] = await Promise.all([
      orders(place),
      orders([...place, "--payment-method", "tok_declined"]),
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
    expect(changes.at(-1)).toEqual(await placed.stored(order?.["order_id"]));
    expect(changes.at(-1)).toMatchObject({ status: "SHIPPED", version: 3 });
    expect(resultsOf(declined).at(-1)).toMatchObject({ status: "REJECTED", rejection_reason: "payment_declined" });
  });

  it("places an order once under a --key, says so, and refuses another order under it", async () => {
    const keyed = (item: string) => orders(["place", "--customer", "KEYED", "--item", item, "--key", "basket-17"]);
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
    const run = await orders(["place", "--file", "-"], { stdin: JSON.stringify(order) });
    expect(resultsOf(run)).toEqual([expect.objectContaining(order)]);
  });
});

describe("orders list, get and watch", () => {
  it("list pages through a customer's orders, newest first", async () => {
    const [first, second, third] = [
      await placed.shipped("LISTED"),
      await placed.shipped("LISTED"),
      await placed.shipped("LISTED"),
    ];
    const [page] = resultsOf(await orders(["list", "--customer", "LISTED", "--limit", "2"]));
    expect(page).toEqual({ orders: [third, second], next_cursor: expect.any(String) });
    const rest = await orders(["list", "--customer", "LISTED", "--cursor", String(page?.["next_cursor"])]);
    expect(rest).toEqual(done(json({ orders: [first] })));
  });

  it("get shows an order as the API does, and watch shows one that has ended once", async () => {
    const order = await placed.shipped("SHOWN");
    const id = String(order["order_id"]);
    expect(await Promise.all([orders(["get", id]), orders(["watch", id])])).toEqual([
      done(json(order)),
      done(json(order)),
    ]);
  });

  it.skipIf(!hasTerminal)("on a terminal list shows a table and how to go on, but JSON with --json", async () => {
    const [first, second] = [await placed.shipped("SEEN"), await placed.shipped("SEEN")];
    const list = onHost(["list", "--customer", "SEEN"]);
    const [table, page, asJson] = await Promise.all([
      runOnTerminal(list),
      runOnTerminal([...list, "--limit", "1"]),
      runOnTerminal([...list, "--json"]),
    ]);
    const header = "order_id                              status   items    created_at                rejection_reason";
    const row = (order: typeof first) => `${order["order_id"]}  SHIPPED  1 x Pen  ${order["created_at"]}`;
    expect(table).toEqual({ code: 0, stdout: `${header}\n${row(second)}\n${row(first)}\n` });
    expect(page.stdout).toMatch(new RegExp(`^${header}\n${row(second)}\nnext: --cursor \\w+\n$`));
    expect(asJson).toEqual({ code: 0, stdout: json({ orders: [second, first] }) });
  });
});

describe("orders cancel", () => {
  it("cancels an order that waits to be paid, which watch sees waiting", async () => {
    const QueueUrl = started.host.output("fulfilment_queue_url");
    const delay = (DelaySeconds: string) =>
      started.aws.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds } }));
    await delay("900");
    const id = await placed.place("HASTY");
    const waiting = json(await placed.stored(id));
    const watched = await orders(["watch", id, "--timeout", "1"]);
    expect(watched).toEqual({ code: 1, stdout: waiting, stderr: `The order ${id} is still PENDING after 1 s.\n` });
    const cancelled = await orders(["cancel", id]);
    await delay("0");
    expect(resultsOf(cancelled)).toEqual([expect.objectContaining({ order_id: id, status: "CANCELLED" })]);
    expect(await placed.stored(id)).toMatchObject({ status: "CANCELLED", version: 2 });
  });

  it("is refused for an order that was shipped", async () => {
    const { order_id } = await placed.shipped("LATE");
    const reason = "The order is SHIPPED; only a PENDING order can be cancelled.";
    expect(await orders(["cancel", String(order_id)])).toEqual(refused(`cancel ${order_id}: 409 ${reason}\n`));
  });
});

describe("orders token and schema", () => {
  it("print the host's token, and the document that the API answers with", async () => {
    const [token, schema] = await Promise.all([orders(["token"]), orders(["schema"])]);
    expect(token).toEqual(done(`${started.host.token}\n`));
    expect(schema).toEqual(done(readFileSync(join(__dirname, "../../docs/api/openapi.json"), "utf8")));
  });

  it("the token for a client's secret is one that the API takes", async () => {
    const { host } = started;
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
    expect(await orders(args)).toEqual(refused(stderr));
  });
});
