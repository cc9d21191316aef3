/** Starts the local host, sends it a dozen and more orders, follows each to its end and says whether it came out right. */
import { parseArgs, styleText } from "node:util";
import { OrdersClient } from "../cli/orders-client";
import { runCommand } from "../planning/command-line";
import { OrderHistory, type StatusChange } from "./order-history";
import { type Scenario, scenarios, summaryOf } from "./scenarios";
import { withHost } from "./with-host";

const help = `Shows what becomes of orders of every kind, on a host of its own. Exit code 0 when all came out right.

Usage: npm run demo [-- --json]
`;

interface Result {
  readonly name: string;
  readonly answers: readonly string[];
  readonly history: readonly StatusChange[];
  readonly milliseconds: number;
  readonly problems: readonly string[];
}

async function follow(scenario: Scenario, orders: OrdersClient, history: OrderHistory): Promise<Result> {
  const answers = await scenario.run(orders);
  const id = answers[0]?.body["order_id"];
  const changes = typeof id === "string" ? await history.ofOrder(id) : [];
  const said = answers.map(summaryOf);
  const went = changes.map(({ status }) => status);
  const problems = [
    ...(said.join() === scenario.answers.join()
      ? []
      : [`answered ${said.join(", ")} in place of ${scenario.answers.join(", ")}`]),
    ...(went.join() === scenario.history.join()
      ? []
      : [`went ${went.join(" > ")} in place of ${scenario.history.join(" > ")}`]),
    ...(new Set(answers.slice(0, 2).map(({ body }) => body["order_id"] ?? id)).size === 1 ? [] : ["has two order ids"]),
  ];
  const [first, last] = [changes.at(0)?.at.getTime() ?? 0, changes.at(-1)?.at.getTime() ?? 0];
  return { name: scenario.name, answers: said, history: changes, milliseconds: last - first, problems };
}

const colour = (name: "green" | "red" | "bold", text: string): string =>
  process.stdout.isTTY === true ? styleText(name, text) : text;

/** `PENDING > PAID +31 > SHIPPED +54`: milliseconds since the order was placed. */
function timeline(history: readonly StatusChange[]): string {
  const placed = history[0]?.at.getTime() ?? 0;
  return history
    .map(({ status, at }, index) => (index === 0 ? status : `${status} +${at.getTime() - placed}`))
    .join(" > ");
}

function print(results: readonly Result[]): void {
  const rows = results.map(({ name, answers, history, problems }) => [
    problems.length === 0 ? "ok" : "WRONG",
    name,
    answers.join(", "),
    history.length === 0 ? "no order" : timeline(history),
  ]);
  const head = ["", "order", "the API answered", "what became of it, in ms since it was placed"];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  process.stdout.write(`\n${colour("bold", line(head))}\n`);
  for (const row of rows) process.stdout.write(`${colour(row[0] === "ok" ? "green" : "red", line(row))}\n`);
  for (const { name, problems } of results)
    for (const problem of problems) process.stdout.write(`\n${name}: ${problem}\n`);
  const right = results.filter(({ problems }) => problems.length === 0).length;
  process.stdout.write(`\n${right} of ${results.length} came out as they should have.\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  process.stderr.write("Starting a host of its own ...\n");
  return withHost("demo", async (host) => {
    const history = new OrderHistory(host.awsEndpoint, host.output("orders_table"));
    await history.open();
    const orders = new OrdersClient(host.api, host.token);
    const results: Result[] = [];
    for (const scenario of scenarios) {
      process.stderr.write(`${scenario.name} ...\n`);
      results.push(await follow(scenario, orders, history));
    }
    if (values.json === true) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    else print(results);
    return results.every(({ problems }) => problems.length === 0) ? 0 : 1;
  });
}

runCommand(main());
