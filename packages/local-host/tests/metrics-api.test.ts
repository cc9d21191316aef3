import { describe, expect, it } from "vitest";
import { eventually } from "../testing/eventually";
import { alarm, START, start } from "./metrics-fixture";
import { callService } from "./recorded-context";

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

  it("refuses more datapoints than CloudWatch gives, however long the range and short the period", async () => {
    const { host } = await start();
    const statistics = { Namespace: "Shop", MetricName: "Open", Statistics: ["Sum"] };
    const ask = (more: object) => callService(host.service, "GetMetricStatistics", { ...statistics, ...more });
    await expect(ask({ StartTime: 0, EndTime: 1_441 * 60, Period: 60 })).rejects.toMatchObject({
      name: "InvalidParameterCombination",
      message: expect.stringContaining("up to 1441 datapoints, which exceeds the limit of 1440"),
    });
    await expect(ask({ StartTime: -1e300, EndTime: 1e300, Period: 60 })).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
    const query = { Id: "a", Expression: "1 + 1", Period: 1 };
    await expect(
      callService(host.service, "GetMetricData", { StartTime: 0, EndTime: 100_801, MetricDataQueries: [query] }),
    ).rejects.toMatchObject({ name: "ValidationError" });
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
