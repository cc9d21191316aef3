import { setTimeout as pause } from "node:timers/promises";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { ResourceGraph } from "pulumi-local-host/resource-graph";
import { OrdersClient } from "../../cli/orders-client";
import type { HostProcess } from "../../demo/host-process";
import { OrderHistory } from "../../demo/order-history";
import { orderSchema } from "../../runtime/orders/order";
import { orderEventOf, orderEventSource } from "../../runtime/orders/order-event";
import { declared, field, list, text } from "../declared-stack";
import { compressedShare, difference, HostMeters, loggedBytes, type Reading } from "./host-meters";
import type { Work, WorkCounts } from "./work-counts";
import { storedBytes, type TableKeys, writeUnits } from "./write-units";

/** What the table's changes and the endpoint's calls of some units of work are turned into. */
interface Observed {
  readonly reading: Reading;
  readonly calls: ReadonlyMap<string, number>;
  readonly units: number;
  /** Custom metrics that it was the first to give a value. */
  readonly metrics: readonly string[];
}

/** Places orders one after the other on a host that does nothing else, and counts what each asked AWS for. */
export async function measureWork(host: HostProcess, graph: ResourceGraph, orders: number): Promise<WorkCounts> {
  const meters = new HostMeters(host);
  const client = new OrdersClient(host.api, host.token);
  const history = new OrderHistory(host.awsEndpoint, host.output("orders_table"));
  await history.open();

  let knownMetrics: readonly string[] = [];
  const observe = async (units: number, work: () => Promise<void>, settled: (reading: Reading) => boolean) => {
    const from = await meters.read();
    await meters.forgetCalls();
    await work();
    const reading = await settledReading(meters, from, settled);
    const all = await meters.customMetrics();
    const metrics = all.filter((name) => !knownMetrics.includes(name));
    knownMetrics = all;
    return { reading, calls: await meters.calls(), units, metrics };
  };

  const place = async (): Promise<string> => {
    const { status, body } = await client.place({ customer_id: "CUST-001", items: [{ item: "Laptop", quantity: 1 }] });
    if (status !== 201) throw new Error(`An order was answered with ${status}: ${JSON.stringify(body)}`);
    const id = String(body["order_id"]);
    const end = (await history.ofOrder(id)).at(-1)?.status;
    if (end !== "SHIPPED") throw new Error(`The order ${id} is ${end ?? "not there"}, it should be SHIPPED.`);
    return id;
  };

  const reconcile = declared(graph, "aws:lambda/function:Function").find(
    ({ name }) => name === "orders-reconcile-orders",
  );
  const lambda = new LambdaClient(host.aws);
  const reconciliation = await observe(
    1,
    async () => {
      await lambda.send(new InvokeCommand({ FunctionName: reconcile?.id ?? "", Payload: "{}" }));
    },
    (reading) => sumOf(reading, "Invocations", "orders-reconcile-orders") >= 1,
  );
  let placed = "";
  const placing = (count: number) =>
    observe(
      count,
      async () => {
        for (let done = 0; done < count; done += 1) placed = await place();
      },
      toldAll(count),
    );
  const reading = (count: number) =>
    observe(
      count,
      async () => {
        for (let done = 0; done < count; done += 1) await client.get(placed);
      },
      (since) => sumOf(since, "Invocations", "orders-get-order") >= count,
    );
  // The first invocation of a function starts a process; how long that takes is not what an order costs.
  const { metrics } = await placing(1);
  const order = { ...(await placing(orders)), metrics };
  await reading(1);
  const read = await reading(orders);
  return {
    measured: new Date().toISOString().slice(0, 10),
    machine: "two cores, the local host beside what measures",
    orders,
    compressedLog: rounded(compressedShare(order.reading.logs), 2),
    order: workOf(order, graph),
    read: workOf(read, graph),
    reconciliation: workOf(reconciliation, graph),
  };
}

const sumOf = ({ metrics }: Reading, metric: string, name: string): number => metrics.get(`${metric} ${name}`) ?? 0;

/** Each of an order's three changes has come out of the last hop, the topic for partners. */
const toldAll =
  (orders: number) =>
  (reading: Reading): boolean =>
    sumOf(reading, "NumberOfMessagesPublished", "orders-events") >= 3 * orders;

/** Seconds after which work that has not come to its end is given up. */
const patience = 30;

async function settledReading(meters: HostMeters, from: Reading, settled: (reading: Reading) => boolean) {
  const deadline = Date.now() + patience * 1_000;
  for (;;) {
    const reading = difference(from, await meters.read());
    if (settled(reading)) {
      // Invocations are counted when they have returned, a moment after their last call.
      await pause(1_000);
      return difference(from, await meters.read());
    }
    if (Date.now() > deadline) throw new Error(`The work has not ended after ${patience} seconds.`);
    await pause(200);
  }
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

function workOf({ reading, calls, units, metrics }: Observed, graph: ResourceGraph): Work {
  const table = tableKeys(graph);
  const called = (action: string): Readonly<Record<string, number>> =>
    perUnit(
      [...calls].flatMap(([key, count]) => (key.startsWith(`${action} `) ? [[key.split(" ")[1] ?? "", count]] : [])),
    );
  const metric = (name: string): readonly (readonly [string, number])[] =>
    [...reading.metrics].flatMap(([key, sum]) => {
      const [of = "", resource = ""] = key.split(" ");
      return of === name && sum > 0 ? [[resource, sum] as const] : [];
    });
  const perUnit = (entries: readonly (readonly [string, number])[]): Record<string, number> =>
    Object.fromEntries(entries.map(([name, count]) => [name, rounded(count / units, 4)] as const).sort(byName));
  const total = (entries: readonly (readonly [string, number])[]): number =>
    entries.reduce((sum, [, count]) => sum + count, 0);

  const messages = called("sqs:SendMessage");
  const records = reading.changes.length / units;
  const invoked = metric("Invocations");
  const durations = new Map(metric("Duration"));
  const executions = total(metric("ExecutionsStarted"));
  const after = reading.changes.flatMap(({ after: image }) => (image === undefined ? [] : [image]));
  const events = after.map((image) => orderEventOf(orderSchema.parse(unmarshall(image))));
  const last = after.at(-1);
  return {
    exact: {
      apiRequests: total(metric("Count")) / units,
      invocations: Object.fromEntries(
        invoked
          .map(([name, count]) => [name, mostInvocations(name, graph, { messages, records }) ?? count / units] as const)
          .sort(byName),
      ),
      writeUnits:
        reading.changes.reduce((sum, { before, after: now }) => sum + writeUnits(before, now, table), 0) / units,
      readUnits:
        total(Object.entries(called("dynamodb:GetItem"))) + total(Object.entries(called("dynamodb:Query"))) / 2,
      events: records,
      messages,
      published: perUnit(metric("NumberOfMessagesPublished").filter(([topic]) => !alarmTopics(graph).has(topic))),
      executions: executions / units,
      metricRequests: total(Object.entries(called("cloudwatch:PutMetricData"))),
      metrics: [...metrics],
    },
    measured: {
      milliseconds: Object.fromEntries(
        invoked.map(([name, count]) => [name, rounded((durations.get(name) ?? 0) / count, 1)] as const).sort(byName),
      ),
      workflowMilliseconds: executions === 0 ? 0 : rounded(total(metric("ExecutionTime")) / executions, 1),
      logBytes: Math.round(loggedBytes(reading.logs) / units),
      eventBytes: Math.round(
        events.reduce((sum, { type, detail }) => sum + JSON.stringify(detail).length + type.length, 0) /
          Math.max(1, events.length) +
          orderEventSource.length,
      ),
      storedBytes: last === undefined ? 0 : storedBytes(last, table),
    },
  };
}

const byName = ([one]: readonly [string, number], [other]: readonly [string, number]): number => (one < other ? -1 : 1);

/** Of a function that a queue or a stream invokes: one for each message or record. Undefined for any other. */
function mostInvocations(
  functionName: string,
  graph: ResourceGraph,
  sent: { readonly messages: Readonly<Record<string, number>>; readonly records: number },
): number | undefined {
  const target = declared(graph, "aws:lambda/function:Function").find(({ name }) => name === functionName);
  const mapping = declared(graph, "aws:lambda/eventSourceMapping:EventSourceMapping").find((each) =>
    [target?.id, target?.outputs["arn"]].includes(text(each, "functionName")),
  );
  if (mapping === undefined) return undefined;
  const source = text(mapping, "eventSourceArn");
  if (source.includes(":dynamodb:")) return sent.records;
  const queue = declared(graph, "aws:sqs/queue:Queue").find(({ outputs }) => outputs["arn"] === source);
  return queue === undefined ? undefined : sent.messages[queue.name];
}

/** Where alarms say that they have come or gone, which is not work of an order. */
const alarmTopics = (graph: ResourceGraph): ReadonlySet<string> => {
  const arns = declared(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(({ inputs }) =>
    list(inputs["alarmActions"]),
  );
  const topics = declared(graph, "aws:sns/topic:Topic").filter(({ outputs }) => arns.includes(outputs["arn"]));
  return new Set(topics.map(({ name }) => name));
};

function tableKeys(graph: ResourceGraph): TableKeys {
  const [table] = declared(graph, "aws:dynamodb/table:Table");
  if (table === undefined) throw new Error("The program declares no table.");
  const keysOf = (value: unknown) => {
    const rangeKey = field(value, "rangeKey");
    return {
      hashKey: String(field(value, "hashKey")),
      ...(rangeKey === undefined ? {} : { rangeKey: String(rangeKey) }),
    };
  };
  const indexes = list(table.inputs["globalSecondaryIndexes"]);
  const other = indexes.find((index) => field(index, "projectionType") !== "KEYS_ONLY");
  if (other !== undefined) {
    throw new Error(`The index ${String(field(other, "name"))} holds more than keys: its writes are not counted here.`);
  }
  return { ...keysOf(table.inputs), keysOnlyIndexes: indexes.map(keysOf) };
}
