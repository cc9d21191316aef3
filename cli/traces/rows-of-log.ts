import { setTimeout as pause } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  DescribeQueryDefinitionsCommand,
  GetQueryResultsCommand,
  type QueryDefinition,
  type ResultField,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { TraceRow } from "pulumi-local-host/trace-rows";
import type { Order } from "../../runtime/orders/order";
import { CommandError } from "../command-error";
import type { Target } from "../target";

const pollMs = 500;
const patienceMs = 60_000;

/** Seconds around the order's times that are searched: its first line may be written before, its last after. */
const marginSeconds = 15 * 60;

/**
 * What the log tells of an order on AWS, by the stack's saved query "One order": each line of an outcome says when it was
 * written and how long it took. Nothing says what caused what.
 */
export async function rowsOfLog({ aws }: Target, stack: string, order: Order): Promise<readonly TraceRow[]> {
  const client = new CloudWatchLogsClient(aws);
  const { queryString = "", logGroupNames } = await savedQuery(client, stack);
  const { queryId } = await client.send(
    new StartQueryCommand({
      queryString: queryString.replace("ORDER_ID", order.order_id),
      logGroupNames,
      startTime: Math.floor(Date.parse(order.created_at) / 1000) - marginSeconds,
      endTime: Math.ceil(Date.parse(order.updated_at) / 1000) + marginSeconds,
    }),
  );
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
    if (status === "Complete") return results.flatMap(rowOf);
    if ((status !== "Running" && status !== "Scheduled") || Date.now() > deadline) {
      throw new CommandError(`CloudWatch Logs did not answer the query "One order": it is ${status ?? "unknown"}.`);
    }
    await pause(pollMs);
  }
}

/** A stack may be named with its organization and project: `acme/order-pipeline/prod`. */
async function savedQuery(client: CloudWatchLogsClient, stack: string): Promise<QueryDefinition> {
  const name = `orders-logs-${stack.split("/").at(-1)}/One order`;
  const find = new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: name });
  const { queryDefinitions = [] } = await client.send(find);
  const found = queryDefinitions.find((definition) => definition.name === name);
  if (found !== undefined) return found;
  throw new CommandError(`The stack has no saved query "${name}": deploy it again with pulumi up.`);
}

const rowOf = (fields: readonly ResultField[], index: number): readonly TraceRow[] => {
  const named = new Map(fields.map(({ field, value }) => [field, value]));
  const [written, message] = [named.get("@timestamp"), named.get("message")];
  // Lines of metrics, and of Lambda itself, have no message.
  if (written === undefined || message === undefined) return [];
  const duration = Number(named.get("duration_ms") ?? 0);
  const failure = named.get("error") ?? named.get("reason");
  return [
    {
      id: String(index),
      name: failure === undefined ? message : `${message}: ${failure}`,
      origin: undefined,
      // In UTC, without its zone: "2026-11-26 09:00:00.123".
      start: Date.parse(`${written.replace(" ", "T")}Z`) - duration,
      duration,
      depth: 0,
      status: failure === undefined ? "ok" : "fault",
      annotations: {},
    },
  ];
};
