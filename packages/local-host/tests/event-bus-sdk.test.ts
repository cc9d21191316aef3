import { CloudWatchClient, GetMetricStatisticsCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, ListTargetsByRuleCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SFNClient, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/kernel/endpoint/aws-endpoint";
import { Credentials } from "../src/kernel/endpoint/credentials";
import { metricsHost } from "../src/services/cloudwatch/metrics-host";
import { eventBusHost } from "../src/services/event-bridge/event-bus-host";
import { workflowHost } from "../src/services/step-functions/workflow-host";
import { eventually } from "../testing/eventually";
import { arnOf, recordedContext, resource } from "./recorded-context";

const MACHINE = arnOf("states", "stateMachine:echo");
const context = recordedContext({
  resources: [
    resource(
      "aws:cloudwatch/eventRule:EventRule",
      "all",
      { eventPattern: '{"source":["shop"]}' },
      { arn: arnOf("events", "rule/all") },
    ),
    resource("aws:cloudwatch/eventTarget:EventTarget", "t", { rule: "all", arn: arnOf("sqs", "q"), targetId: "queue" }),
    resource(
      "aws:sfn/stateMachine:StateMachine",
      "echo",
      {
        definition: '{"StartAt":"Echo","States":{"Echo":{"Type":"Pass","End":true}}}',
        roleArn: "arn:aws:iam::000000000000:role/echo",
        type: "EXPRESS",
      },
      { arn: MACHINE },
    ),
  ],
});
const parts = [eventBusHost(context), workflowHost(context), metricsHost(context)];
let endpoint: AwsEndpoint;
let client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  for (const part of parts) await part.start();
  endpoint = await startAwsEndpoint({
    port: 0,
    services: parts.map(({ service }) => service),
    credentials: new Credentials(),
    events: context.events,
  });
  client = {
    endpoint: `http://127.0.0.1:${endpoint.port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
});

afterAll(async () => {
  await endpoint.stop();
  for (const part of parts) await part.stop();
});

it("puts events with the EventBridge client", async () => {
  const bridge = new EventBridgeClient(client);
  const put = await bridge.send(
    new PutEventsCommand({
      Entries: [
        { Source: "shop", DetailType: "Placed", Detail: "{}", Time: new Date("2026-01-01T00:00:00Z") },
        { Source: "shop", DetailType: "Placed", Detail: "oops" },
      ],
    }),
  );
  expect(put).toMatchObject({ FailedEntryCount: 1, Entries: [{}, { ErrorCode: "MalformedDetail" }] });
  await eventually(() => expect(context.recorded).toHaveLength(1));
  expect(JSON.stringify(context.recorded[0]?.value)).toContain("2026-01-01T00:00:00Z");
  const { Targets } = await bridge.send(new ListTargetsByRuleCommand({ Rule: "all" }));
  expect(Targets).toEqual([{ Id: "queue", Arn: arnOf("sqs", "q") }]);
  await expect(bridge.send(new ListTargetsByRuleCommand({ Rule: "none" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

it("runs an Express workflow with the Step Functions client", async () => {
  const states = new SFNClient({ ...client, disableHostPrefix: true });
  const result = await states.send(new StartSyncExecutionCommand({ stateMachineArn: MACHINE, input: '{"a":1}' }));
  expect(result).toMatchObject({ status: "SUCCEEDED", output: '{"a":1}', startDate: expect.any(Date) });
});

it("puts and reads metrics with the CloudWatch client, compressed requests too", async () => {
  const cloudwatch = new CloudWatchClient(client);
  const at = new Date();
  const datum = { MetricName: "Open", Value: 2, Timestamp: at, Dimensions: [{ Name: "Text", Value: "x".repeat(200) }] };
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData: Array(100).fill(datum) }));
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "Shop",
      MetricName: "Open",
      Dimensions: datum.Dimensions,
      StartTime: new Date(at.getTime() - 60_000),
      EndTime: new Date(at.getTime() + 60_000),
      Period: 300,
      Statistics: ["Sum"],
    }),
  );
  expect(Datapoints).toMatchObject([{ Sum: 200 }]);
});
