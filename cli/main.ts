import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { answered } from "./answered";
import { importFile } from "./import-file";
import { type OrderOptions, orderFromOptions } from "./order-from-options";
import { OrdersClient } from "./orders-client";
import { Output } from "./output";
import { Problem } from "./problem";
import { findTarget, type Target, type TargetOptions } from "./target";
import { watchOrder } from "./watch-order";

interface CommonOptions extends TargetOptions {
  readonly json?: boolean;
}

/** What a command works with, made from the options that all commands share. */
interface Session {
  readonly target: Target;
  readonly orders: () => Promise<OrdersClient>;
  readonly output: Output;
}

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

const seconds = (text: string): number => {
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("It has to be a number of seconds.");
};

const program = new Command("orders")
  .description("Places orders and follows them: on the running local host, or on a deployed stack.")
  .option("--stack <name>", "a deployed stack, by `pulumi stack output` (default: the local host)")
  .option("--data-dir <folder>", "folder of the local host", ".local")
  .option("--token <token>", "access token (default: ORDERS_TOKEN, the local host's, or one for ORDERS_CLIENT_SECRET)")
  .option("--json", "JSON also on a terminal")
  .showHelpAfterError("See orders --help.")
  .exitOverride();

const session = async (): Promise<Session> => {
  const options = program.opts<CommonOptions>();
  const target = await findTarget(options);
  const orders = async () => new OrdersClient(target.outputs.api_endpoint, await target.token());
  return { target, orders, output: new Output(options) };
};

const withOrder = (command: Command): Command =>
  command
    .option("--customer <id>", "the customer; a back end may name any")
    .option("--item <name[=quantity]>", "a line of the order; may be repeated", collect, [])
    .option("--payment-method <token>", "opaque token for the payment service")
    .option("--file <file>", "the order as JSON, - for standard input");

withOrder(program.command("place"))
  .description("place an order through the API")
  .option("--key <key>", "Idempotency-Key: makes it safe to repeat")
  .option("--watch", "follow the order to its end")
  .addHelpText("after", "\nExample:\n  orders place --customer CUST-001 --item Laptop=2 --key basket-17 --watch")
  .action(async (options: OrderOptions & { readonly key?: string; readonly watch?: boolean }) => {
    const order = orderFromOptions(options);
    const { orders, output } = await session();
    const client = await orders();
    const placed = answered(await client.place(order, options.key === undefined ? {} : { key: options.key }));
    output.one(placed);
    if (options.watch === true) await watchOrder(client, String(placed["order_id"]), output, 60);
  });

program
  .command("get <order_id>")
  .description("show an order")
  .addHelpText("after", "\nExample:\n  orders get 01a1fd7c-c448-7575-9465-3ea5c30c7eec")
  .action(async (orderId: string) => {
    const { orders, output } = await session();
    output.one(answered(await (await orders()).get(orderId)));
  });

program
  .command("list")
  .description("list a customer's orders, newest first")
  .option("--customer <id>", "the customer; default: the token's own")
  .option("--limit <n>", "orders on a page, 1 to 100", "20")
  .option("--cursor <cursor>", "where the page begins: next_cursor of the page before")
  .addHelpText("after", "\nExample:\n  orders list --customer CUST-001 --limit 5")
  .action(async (options: { readonly customer?: string; readonly limit: string; readonly cursor?: string }) => {
    const { orders, output } = await session();
    const page = answered(
      await (await orders()).list({
        limit: options.limit,
        ...(options.customer === undefined ? {} : { customer_id: options.customer }),
        ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
      }),
    );
    const rows = page["orders"] as Readonly<Record<string, unknown>>[];
    output.many(rows, ["order_id", "status", "items", "created_at", "rejection_reason"], page);
    if (output.forPeople && page["next_cursor"] !== undefined)
      output.write(`next: --cursor ${String(page["next_cursor"])}`);
  });

program
  .command("watch <order_id>")
  .description("follow an order to its end; a JSON line for each change on a pipe")
  .option("--timeout <seconds>", "give up after", seconds, 60)
  .addHelpText("after", "\nExample:\n  orders watch 01a1fd7c-c448-7575-9465-3ea5c30c7eec")
  .action(async (orderId: string, { timeout }: { readonly timeout: number }) => {
    const { orders, output } = await session();
    await watchOrder(await orders(), orderId, output, timeout);
  });

program
  .command("cancel <order_id>")
  .description("cancel an order that is not paid yet")
  .addHelpText("after", "\nExample:\n  orders cancel 01a1fd7c-c448-7575-9465-3ea5c30c7eec")
  .action(async (orderId: string) => {
    const { orders, output } = await session();
    output.one(answered(await (await orders()).cancel(orderId)));
  });

withOrder(program.command("publish"))
  .description("send an order through the intake topic (SNS)")
  .option("--key <key>", "id of the order: sent again under it, it is not placed again")
  .addHelpText("after", "\nExample:\n  orders publish --customer CUST-001 --item Laptop --key basket-17")
  .action(async (options: OrderOptions & { readonly key?: string }) => {
    const order = orderFromOptions(options);
    const { target, output } = await session();
    const TopicArn = target.outputs.intake_topic_arn;
    const { MessageId } = await new SNSClient(target.aws).send(
      new PublishCommand({
        TopicArn,
        Message: JSON.stringify(order),
        ...(options.key === undefined
          ? {}
          : { MessageAttributes: { idempotency_key: { DataType: "String", StringValue: options.key } } }),
      }),
    );
    output.one({ message_id: MessageId, topic: TopicArn });
  });

program
  .command("import <file>")
  .description("import a file of orders (CSV, JSON Lines, JSON array) and print the report on it")
  .option("--all-or-nothing", "take no row when one is wrong (default: take the good ones)")
  .option("--timeout <seconds>", "wait for the report", seconds, 300)
  .addHelpText(
    "after",
    "\nExit code 1 when a row was rejected.\n\nExample:\n  orders import orders.csv --all-or-nothing",
  )
  .action(async (file: string, options: { readonly allOrNothing?: boolean; readonly timeout: number }) => {
    const { target, output } = await session();
    const report = await importFile(target, file, options, output);
    const { rejected_rows, ...summary } = report;
    if (!output.forPeople) output.one({ ...report });
    else {
      output.one(summary);
      for (const row of rejected_rows) output.write(JSON.stringify(row));
    }
    if (report.result !== "imported") process.exitCode = 1;
  });

program
  .command("token")
  .description("print an access token")
  .addHelpText("after", '\nExample:\n  curl -H "authorization: Bearer $(orders token)" ...')
  .action(async () => {
    const { target, output } = await session();
    output.write(await target.token());
  });

program
  .command("schema")
  .description("print the API's OpenAPI document")
  .addHelpText("after", "\nExample:\n  orders schema > openapi.json")
  .action(async () => {
    const { target, output } = await session();
    const answer = await fetch(`${target.outputs.api_endpoint}/openapi.json`);
    output.write(JSON.stringify(await answer.json(), null, 2));
  });

program.parseAsync().catch((error: unknown) => {
  // Commander has said what is wrong with the command line; help and version are no errors.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const { message, exitCode } = error instanceof Problem ? error : new Problem(reasonOf(error));
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
});

/** `fetch failed` hides its reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error.cause instanceof Error ? `: ${error.cause.message || String(Reflect.get(error.cause, "code"))}` : "";
  return `${error.message}${cause}`;
}
