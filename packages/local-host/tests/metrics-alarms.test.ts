import { describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually";
import { ALARM, alarm, failure, MINUTE, start, TOPIC } from "./metrics-fixture";
import { arnOf, type recordedContext, resource } from "./recorded-context";

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
    host.calls.recordMetric("Shop", "Other", {}, 1);
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
    host.calls.recordMetric("Shop", "Failures", { Step: "ship" }, 1);
    host.calls.recordMetric("Shop", "Failures", {}, 1);
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
    host.calls.recordMetric("Shop", "Errors", {}, 1);
    host.calls.recordMetric("Shop", "Calls", {}, 4);
    await eventually(() => expect(state()).toBe("OK"));
    host.calls.recordMetric("Shop", "Calls", {}, 4);
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
    const queue = resource("aws:sqs/queue:Queue", "photos-dlq", {}, { arn: arnOf("sqs", "photos-dlq") });
    const onQueue = alarm({
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "photos-dlq" },
      statistic: "Maximum",
    });
    const depth = { visible: 0, inFlight: 0, delayed: 0, oldestAgeSeconds: 0 };
    const { state } = await start({ resources: [queue, onQueue] }, () => depth);
    await eventually(() => expect(state()).toBe("OK"));
    depth.visible = 1;
    await eventually(() => expect(state()).toBe("ALARM"));
  });
});
