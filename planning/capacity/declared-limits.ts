import type { ResourceGraph, ResourceNode } from "pulumi-local-host/resource-graph";
import { fulfilmentDefinition } from "../../runtime/fulfilment/fulfilment-definition";
import { declared, field, list } from "../declared-stack";
import type { Burst } from "./simulate-fulfilment";

/** What a stack sets that bounds how much it can take. */
export interface DeclaredLimits {
  /** Of `POST /orders`. */
  readonly apiRate: number;
  readonly apiBurst: number;
  /** Reserved concurrency by function; what reserves none has what the account leaves. */
  readonly reserved: ReadonlyMap<string, number>;
  readonly warmWrites: number | undefined;
  readonly relay: { readonly batchSize: number; readonly parallelization: number };
  readonly transform: { readonly batchSize: number; readonly maximumConcurrency: number };
  readonly fulfilment: Omit<Burst, "placed" | "paymentSeconds">;
}

const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";

function named(graph: ResourceGraph, type: string, name: string): ResourceNode {
  const found = declared(graph, type).find((node) => node.name === name);
  if (found === undefined) throw new Error(`The stack ${graph.stack} declares no ${type} ${name}.`);
  return found;
}

const consumer = ({ inputs }: ResourceNode) => ({
  batchSize: Number(inputs["batchSize"]),
  maximumConcurrency: Number(field(inputs["scalingConfig"], "maximumConcurrency")),
});

/** Executions at once where nothing is reserved, as `components/fulfilment.ts` has them. */
const executionsWithoutReservation = 50;

export function declaredLimits(graph: ResourceGraph): DeclaredLimits {
  const reserved = new Map(
    declared(graph, "aws:lambda/function:Function").flatMap(({ name, inputs }) => {
      const own = inputs["reservedConcurrentExecutions"];
      return own === undefined ? [] : [[name, Number(own)] as const];
    }),
  );
  const [stage] = declared(graph, "aws:apigatewayv2/stage:Stage");
  const route = list(stage?.inputs["routeSettings"]).find((each) => field(each, "routeKey") === "POST /orders");
  const [table] = declared(graph, "aws:dynamodb/table:Table");
  const warm = field(table?.inputs["warmThroughput"], "writeUnitsPerSecond");
  const relay = named(graph, mappingType, "orders-relay").inputs;
  const queue = named(graph, "aws:sqs/queue:Queue", "orders-fulfilment").inputs;
  const behind = ["orders-take-payment", "orders-ship-order", "orders-refund-payment"].map(
    (name) => reserved.get(name) ?? executionsWithoutReservation,
  );
  const arns = { tableName: "", takePaymentArn: "", shipOrderArn: "", refundPaymentArn: "" };
  const { States, TimeoutSeconds } = fulfilmentDefinition(arns);
  const { TakePayment } = States;
  if (TakePayment?.Type !== "Task") throw new Error("The workflow has no task TakePayment.");
  return {
    apiRate: Number(field(route, "throttlingRateLimit")),
    apiBurst: Number(field(route, "throttlingBurstLimit")),
    reserved,
    warmWrites: warm === undefined ? undefined : Number(warm),
    relay: { batchSize: Number(relay["batchSize"]), parallelization: Number(relay["parallelizationFactor"] ?? 1) },
    transform: consumer(named(graph, mappingType, "orders-transform")),
    fulfilment: {
      ...consumer(named(graph, mappingType, "orders-fulfilment")),
      reserved: Math.min(...behind),
      retriers: TakePayment.Retry,
      visibilityTimeout: Number(queue["visibilityTimeoutSeconds"]),
      maxReceives: Number(field(JSON.parse(String(queue["redrivePolicy"])), "maxReceiveCount")),
      executionTimeout: TimeoutSeconds,
    },
  };
}
