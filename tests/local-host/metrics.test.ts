import { afterEach, describe, expect, it } from "vitest";
import { type MetricsHost, metricsHost } from "../../local/metrics/host-metrics";
import type { QueueDepth } from "../../local/metrics/queue-gauges";
import { eventually } from "../support/eventually";
import { arnOf, callService, recordedContext, resource } from "./recorded-context";

const TOPIC = arnOf("sns", "alarms");
const ALARM = arnOf("cloudwatch", "alarm:dead-letters");
const MINUTE = 60_000;
const START = Date.parse("2026-01-01T00:00:10Z");

const alarm = (inputs: Readonly<Record<string, unknown>>) =>
  resource(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "dead-letters",
    {
      namespace: "Shop",
      metricName: "Failures",
      dimensions: { Step: "pay" },
      statistic: "Sum",
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
      alarmActions: [TOPIC],
      okActions: [TOPIC],
      ...inputs,
    },
    { arn: ALARM },
  );

let running: MetricsHost[] = [];
afterEach(async () => {
  await Promise.all(running.map((host) => host.stop()));
  running = [];
});

const start = async (
  resources: Parameters<typeof recordedContext>[0] & {} = {},
  queueDepth?: (arn: string) => QueueDepth,
) => {
  const clock = { now: START };
  const context = recordedContext(resources);
  const host = metricsHost(context, {
    now: () => clock.now,
    tick: 5,
    ...(queueDepth === undefined ? {} : { queueDepth }),
  });
  running.push(host);
  await host.start();
  const state = () => host.alarms()[0]?.state;
  return { clock, context, host, state };
};

const failure = (host: MetricsHost, value = 1) =>
  host.recordMetric("Shop", "Failures", { Step: "pay" }, value, "Count");

/** The messages that the alarm topic got. */
const messages = (context: ReturnType<typeof recordedContext>) =>
  context.recorded.map(({ call, principal, target, value }) => {
    const { body, subject } = { body: "", subject: "", ...(typeof value === "object" ? value : {}) };
    return { call, principal, target, subject, message: JSON.parse(body) };
  });

describe("an alarm", () => {
  it("goes off while the period is under way, tells its topic as CloudWatch, and is over when a period was quiet", async () => {
    const { clock, context, host, state } = await start({ resources: [alarm({})] });
    await eventually(() => expect(state()).toBe("OK"));
    failure(host);
    await eventually(() => expect(state()).toBe("ALARM"));
    clock.now += MINUTE;
    host.recordMetric("Shop", "Other", {}, 1);
    expect(state()).toBe("ALARM");
    // Without newer data the period that went wrong stays in the evaluation range for two more.
    clock.now += 3 * MINUTE;
    await eventually(() => expect(state()).toBe("OK"));
    await eventually(() => expect(context.recorded).toHaveLength(3));
    const [, raised] = messages(context);
    expect(raised).toEqual({
      call: "publish",
      principal: { kind: "service", service: "cloudwatch.amazonaws.com", sourceArn: ALARM },
      target: TOPIC,
      subject: 'ALARM: "dead-letters" in eu-west-1',
      message: {
        AlarmName: "dead-letters",
        AlarmDescription: null,
        AWSAccountId: "000000000000",
        AlarmConfigurationUpdatedTimestamp: "2026-01-01T00:00:10.000+0000",
        NewStateValue: "ALARM",
        NewStateReason:
          "Threshold Crossed: 1 datapoint [1 (2026-01-01T00:00:00.000Z)] was greater than the threshold (0) (minimum 1 datapoint for OK -> ALARM transition).",
        StateChangeTime: "2026-01-01T00:00:10.000+0000",
        Region: "eu-west-1",
        AlarmArn: ALARM,
        OldStateValue: "OK",
        OKActions: [TOPIC],
        AlarmActions: [TOPIC],
        InsufficientDataActions: [],
        Trigger: {
          MetricName: "Failures",
          Namespace: "Shop",
          StatisticType: "Statistic",
          Statistic: "SUM",
          Unit: null,
          Dimensions: [{ name: "Step", value: "pay" }],
          Period: 60,
          EvaluationPeriods: 1,
          DatapointsToAlarm: 1,
          ComparisonOperator: "GreaterThanThreshold",
          Threshold: 0,
          TreatMissingData: "notBreaching",
          EvaluateLowSampleCountPercentile: "",
        },
      },
    });
    expect(messages(context).map(({ subject }) => subject.split(":")[0])).toEqual(["OK", "ALARM", "OK"]);
  });

  it("does not hear a metric of other dimensions", async () => {
    const { host, state } = await start({ resources: [alarm({})] });
    host.recordMetric("Shop", "Failures", { Step: "ship" }, 1);
    host.recordMetric("Shop", "Failures", {}, 1);
    await eventually(() => expect(state()).toBe("OK"));
  });

  it("needs as many breaching periods as datapointsToAlarm says", async () => {
    const { clock, host, state } = await start({ resources: [alarm({ evaluationPeriods: 3, datapointsToAlarm: 2 })] });
    failure(host);
    await eventually(() => expect(state()).toBe("OK"));
    clock.now += 2 * MINUTE;
    failure(host);
    await eventually(() => expect(state()).toBe("ALARM"));
  });

  it("that looks for too little waits until the period is over", async () => {
    const low = alarm({ comparisonOperator: "LessThanThreshold", threshold: 5, treatMissingData: "missing" });
    const { clock, host, state } = await start({ resources: [low] });
    failure(host, 2);
    expect(state()).toBe("INSUFFICIENT_DATA");
    clock.now += MINUTE;
    await eventually(() => expect(state()).toBe("ALARM"));
  });

  it("watches a metric math expression", async () => {
    const metric = (metricName: string) => ({ namespace: "Shop", metricName, dimensions: {}, period: 60, stat: "Sum" });
    const math = resource(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "dead-letters",
      {
        comparisonOperator: "GreaterThanThreshold",
        threshold: 10,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        metricQueries: [
          { id: "rate", expression: "IF(calls > 5, 100 * FILL(errors, 0) / calls, 0)", returnData: true },
          { id: "errors", metric: metric("Errors") },
          { id: "calls", metric: metric("Calls") },
        ],
      },
      { arn: ALARM },
    );
    const { host, state } = await start({ resources: [math] });
    host.recordMetric("Shop", "Errors", {}, 1);
    host.recordMetric("Shop", "Calls", {}, 4);
    await eventually(() => expect(state()).toBe("OK"));
    host.recordMetric("Shop", "Calls", {}, 4);
    await eventually(() => expect(state()).toBe("ALARM"));
  });

  it("keeps its state over a restart, without telling it again", async () => {
    const first = await start({ resources: [alarm({ treatMissingData: "ignore" })] });
    failure(first.host);
    await eventually(() => expect(first.state()).toBe("ALARM"));
    const { dataDir } = first.context;
    const second = await start({ resources: [alarm({ treatMissingData: "ignore" })], dataDir });
    expect(second.state()).toBe("ALARM");
    expect(second.context.recorded).toEqual([]);
  });

  it("that cannot be hosted is refused with the resource and the property", async () => {
    await expect(start({ resources: [alarm({ thresholdMetricId: "band" })] })).rejects.toThrow(
      "MetricAlarm::dead-letters: the local host does not support the property thresholdMetricId",
    );
    await expect(start({ resources: [alarm({ statistic: "tm90" })] })).rejects.toThrow(
      "statistic tm90 of m1 is not hosted",
    );
    await expect(
      start({ resources: [alarm({ alarmActions: ["arn:aws:automate:eu-west-1:ec2:stop"] })] }),
    ).rejects.toThrow("MetricAlarm::dead-letters");
  });
});

describe("queue gauges", () => {
  it("set off an alarm on a dead-letter queue within moments", async () => {
    const queue = resource("aws:sqs/queue:Queue", "orders-dlq", {}, { arn: arnOf("sqs", "orders-dlq") });
    const onQueue = alarm({
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "orders-dlq" },
      statistic: "Maximum",
    });
    const depth = { visible: 0, inFlight: 0, delayed: 0, oldestAgeSeconds: 0 };
    const { state } = await start({ resources: [queue, onQueue] }, () => depth);
    await eventually(() => expect(state()).toBe("OK"));
    depth.visible = 1;
    await eventually(() => expect(state()).toBe("ALARM"));
  });
});

describe("the embedded metric format", () => {
  const line = (more: Readonly<Record<string, unknown>>) =>
    JSON.stringify({
      _aws: {
        Timestamp: START,
        CloudWatchMetrics: [
          {
            Namespace: "Shop",
            Dimensions: [["service"], ["service", "route"]],
            Metrics: [{ Name: "Placed", Unit: "Count" }, { Name: "Latency" }],
          },
        ],
      },
      service: "orders",
      Placed: 1,
      Latency: [10, 30],
      ...more,
    });
  const sum = (host: MetricsHost, name: string, dimensions: Readonly<Record<string, string>>) =>
    host.store.statistic({ namespace: "Shop", name, dimensions }, "Sum", START - MINUTE, START + MINUTE);

  it("is recorded from log lines, for each set of dimensions", async () => {
    const { host } = await start();
    host.hearLogLine(line({ route: "POST /orders" }));
    host.hearLogLine(line({}));
    expect(sum(host, "Placed", { service: "orders" })).toBe(2);
    expect(sum(host, "Placed", { service: "orders", route: "POST /orders" })).toBe(1);
    expect(sum(host, "Latency", { service: "orders" })).toBe(80);
  });

  it("is left alone where it is malformed", async () => {
    const { host } = await start();
    for (const bad of ["plain text", '{"_aws":', '{"_aws":{}}', line({ Placed: "one", Latency: null })])
      host.hearLogLine(bad);
    expect(host.store.metrics()).toEqual([]);
  });
});

describe("CloudWatch's API", () => {
  const put = {
    Namespace: "Shop",
    MetricData: [{ MetricName: "Open", Timestamp: START / 1000, Value: 3, Unit: "Count" }],
  };
  const range = { StartTime: START / 1000 - 60, EndTime: START / 1000 + 60 };

  it("gives back what was put, summed up by period", async () => {
    const { host } = await start();
    await callService(host.service, "PutMetricData", put);
    await callService(host.service, "PutMetricData", {
      Namespace: "Shop",
      MetricData: [
        { MetricName: "Open", Timestamp: START / 1000, Values: [5, 7], Counts: [2, 1] },
        {
          MetricName: "Open",
          Timestamp: START / 1000,
          StatisticValues: { SampleCount: 2, Sum: 4, Minimum: 1, Maximum: 3 },
        },
      ],
    });
    const statistics = {
      ...range,
      Namespace: "Shop",
      MetricName: "Open",
      Period: 60,
      Statistics: ["Sum", "SampleCount", "Minimum", "Maximum"],
    };
    expect(await callService(host.service, "GetMetricStatistics", statistics)).toEqual({
      Label: "Open",
      Datapoints: [{ Timestamp: 1767225600, Unit: "Count", Sum: 24, SampleCount: 6, Minimum: 1, Maximum: 7 }],
    });
    const stat = { Metric: { Namespace: "Shop", MetricName: "Open" }, Period: 60, Stat: "Average" };
    const queries = [
      { Id: "open", MetricStat: stat, ReturnData: false },
      { Id: "double", Expression: "open * 2" },
    ];
    expect(await callService(host.service, "GetMetricData", { ...range, MetricDataQueries: queries })).toEqual({
      Messages: [],
      MetricDataResults: [
        { Id: "double", Label: "double", StatusCode: "Complete", Timestamps: [1767225600], Values: [8] },
      ],
    });
    expect(await callService(host.service, "ListMetrics", { Namespace: "Shop" })).toEqual({
      Metrics: [{ Namespace: "Shop", MetricName: "Open", Dimensions: [] }],
    });
  });

  it("tells the state of alarms, and sets it", async () => {
    const { host, context } = await start({ resources: [alarm({ treatMissingData: "ignore" })] });
    await callService(host.service, "SetAlarmState", {
      AlarmName: "dead-letters",
      StateValue: "ALARM",
      StateReason: "drill",
    });
    expect(await callService(host.service, "DescribeAlarms", { StateValue: "ALARM" })).toMatchObject({
      MetricAlarms: [{ AlarmName: "dead-letters", StateReason: "drill", Statistic: "Sum", Period: 60, Threshold: 0 }],
    });
    expect(await callService(host.service, "DescribeAlarms", { AlarmNames: ["other"] })).toMatchObject({
      MetricAlarms: [],
    });
    await eventually(() => expect(context.recorded).toHaveLength(1));
  });

  it("refuses AWS's own namespaces and unknown actions", async () => {
    const { host } = await start();
    await expect(callService(host.service, "PutMetricData", { ...put, Namespace: "AWS/SQS" })).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
    await expect(callService(host.service, "PutDashboard", {})).rejects.toThrow(
      "does not know the action PutDashboard",
    );
  });
});

describe("percentiles", () => {
  it("are within 1% of the exact value", async () => {
    const { host } = await start();
    for (let value = 1; value <= 1000; value += 1) host.recordMetric("Shop", "Latency", {}, value);
    const percentile = (name: string) =>
      host.store.statistic(
        { namespace: "Shop", name: "Latency", dimensions: {} },
        name,
        START - MINUTE,
        START + MINUTE,
      ) ?? 0;
    expect(Math.abs(percentile("p50") / 500 - 1)).toBeLessThan(0.011);
    expect(Math.abs(percentile("p99") / 990 - 1)).toBeLessThan(0.011);
    expect(percentile("p100")).toBe(1000);
  });
});
