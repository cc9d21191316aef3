import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type StubAnswer,
  type StubRequest,
  type StubService,
  stubService,
} from "pulumi-local-host/testing/stub-service";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anOrder, orderId } from "../runtime/an-order";
import { storedItem } from "../runtime/stored-item";
import { refused, resultsOf, runOrders } from "./run-orders";
import { standInPulumi } from "./stand-in-pulumi";

const traceId = "1-5759e988-bd862e3fe1be46a994272793";
const header = (sampled: 0 | 1) => `Root=${traceId};Parent=53995c3f42cd8ad8;Sampled=${sampled}`;

/** What AWS answers, by the action or the path. */
type Answers = Readonly<Record<string, (request: StubRequest) => unknown>>;

const actionOf = ({ headers, path }: StubRequest): string =>
  String(headers["x-amz-target"] ?? path).replace(/^.*[./]/, "");

let folder: string;
let aws: StubService;
let answers: Answers;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "orders-stack-trace-"));
  aws = await stubService((request): StubAnswer => {
    const answer = answers[actionOf(request)];
    return answer === undefined
      ? { status: 400, json: { message: "unexpected" } }
      : { status: 200, json: answer(request) };
  });
});
afterEach(async () => {
  await aws[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const traceOn = (stack: string, given: Answers) => {
  answers = given;
  const outputs = {
    api_endpoint: "https://api.example.com",
    intake_topic_arn: "arn:aws:sns:eu-west-3:111122223333:orders-intake",
    import_bucket: "orders-import",
    fulfilment_queue_url: "https://sqs.eu-west-3.amazonaws.com/111122223333/orders-fulfilment",
    orders_table: "orders-1a2b3c4",
  };
  const env = {
    PATH: standInPulumi(join(folder, "bin"), { [stack]: outputs }),
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  return runOrders(["--stack", stack, "trace", orderId], { cwd: folder, env });
};

const item = (sampled: 0 | 1) => () => ({
  Item: storedItem(anOrder({ trace: { correlation_id: "request-1", x_ray: header(sampled) } })),
});

/** A line of the log as Logs Insights gives it. */
const line = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([field, value]) => ({ field, value }));

describe("orders trace with --stack", () => {
  it("reads the order's trace from X-Ray, all pages of it", async () => {
    const segment = (id: string, name: string, start_time: number, parent_id?: string) => ({
      Id: id,
      Document: JSON.stringify({ id, name, trace_id: traceId, parent_id, start_time, end_time: start_time + 0.25 }),
    });
    const run = await traceOn("prod", {
      GetItem: item(1),
      Traces: ({ json }) =>
        Reflect.get(Object(json), "NextToken") === "next"
          ? { Traces: [{ Id: traceId, Segments: [segment("b", "relay-order-events", 1.5, "a")] }] }
          : { Traces: [{ Id: traceId, Segments: [segment("a", "place-order", 1)] }], NextToken: "next" },
    });
    expect(resultsOf(run)).toEqual([
      {
        order_id: orderId,
        status: "PENDING",
        trace_id: traceId,
        source: "trace",
        began_at: "1970-01-01T00:00:01.000Z",
        duration_ms: 750,
        rows: [
          { name: "place-order", begins_ms: 0, duration_ms: 250, depth: 0, status: "ok" },
          { name: "relay-order-events", begins_ms: 500, duration_ms: 250, depth: 1, status: "ok" },
        ],
      },
    ]);
    expect(aws.requests.map(actionOf)).toEqual(["GetItem", "Traces", "Traces"]);
    expect(aws.requests[0]?.json).toMatchObject({ TableName: "orders-1a2b3c4", Key: { order_id: { S: orderId } } });
  });

  it("reads the log of an order whose trace was not kept, by the stack's saved query", async () => {
    const name = "orders-logs-prod/One order";
    let polls = 0;
    const run = await traceOn("acme/orders/prod", {
      GetItem: item(0),
      DescribeQueryDefinitions: () => ({
        queryDefinitions: [
          { name: `${name}s`, queryString: "another", logGroupNames: [] },
          { name, queryString: 'filter @message like "ORDER_ID"', logGroupNames: ["/aws/lambda/a", "/aws/lambda/b"] },
        ],
      }),
      StartQuery: () => ({ queryId: "q-1" }),
      GetQueryResults: () => {
        polls += 1;
        if (polls === 1) return { status: "Running", results: [] };
        const results = [
          line({ "@timestamp": "2026-11-21 09:00:00.020", message: "order placed", duration_ms: "20" }),
          line({ "@timestamp": "2026-11-21 09:00:00.020", "@ptr": "a metric" }),
          line({
            "@timestamp": "2026-11-21 09:00:00.100",
            message: "order not fulfilled",
            duration_ms: "50",
            error: "Busy",
          }),
        ];
        return { status: "Complete", results };
      },
    });
    expect(resultsOf(run)).toMatchObject([
      {
        source: "log",
        trace_id: traceId,
        began_at: "2026-11-21T09:00:00.000Z",
        duration_ms: 100,
        rows: [
          { name: "order placed", begins_ms: 0, duration_ms: 20, depth: 0, status: "ok" },
          { name: "order not fulfilled: Busy", begins_ms: 50, duration_ms: 50, depth: 0, status: "fault" },
        ],
      },
    ]);
    const started = aws.requests.find((request) => actionOf(request) === "StartQuery");
    expect(started?.json).toEqual({
      queryString: `filter @message like "${orderId}"`,
      logGroupNames: ["/aws/lambda/a", "/aws/lambda/b"],
      startTime: Date.parse("2026-11-21T08:45:00Z") / 1000,
      endTime: Date.parse("2026-11-21T09:15:00Z") / 1000,
    });
  });

  it("says when nothing is told of the order yet, and when the stack has no saved query", async () => {
    const name = "orders-logs-prod/One order";
    const nothing: Answers = {
      GetItem: item(1),
      Traces: () => ({ Traces: [], UnprocessedTraceIds: [] }),
      DescribeQueryDefinitions: () => ({ queryDefinitions: [{ name, queryString: "ORDER_ID", logGroupNames: ["a"] }] }),
      StartQuery: () => ({ queryId: "q-1" }),
      GetQueryResults: () => ({ status: "Complete", results: [] }),
    };
    expect(await traceOn("prod", nothing)).toEqual(
      refused(
        `There is neither a trace of the order ${orderId} (X-Ray has no trace ${traceId}: a trace appears some seconds after it begins, and is kept for 30 days) nor a log line; a line appears a minute after it was written.\n`,
      ),
    );
    const older = { ...nothing, DescribeQueryDefinitions: () => ({ queryDefinitions: [] }) };
    expect(await traceOn("prod", older)).toEqual(
      refused(`The stack has no saved query "${name}": deploy it again with pulumi up.\n`),
    );
  });
});
