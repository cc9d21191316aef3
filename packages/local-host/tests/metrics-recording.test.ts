import { describe, expect, it } from "vitest";
import type { MetricsHost } from "../src/services/cloudwatch/metrics-host";
import { MINUTE, START, start } from "./metrics-fixture";

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
      service: "photos",
      Placed: 1,
      Latency: [10, 30],
      ...more,
    });
  const sum = (host: MetricsHost, name: string, dimensions: Readonly<Record<string, string>>) =>
    host.store.statistic({ namespace: "Shop", name, dimensions }, "Sum", START - MINUTE, START + MINUTE);

  it("is recorded from log lines, for each set of dimensions", async () => {
    const { host } = await start();
    host.hearLogLine(line({ route: "POST /photos" }));
    host.hearLogLine(line({}));
    expect(sum(host, "Placed", { service: "photos" })).toBe(2);
    expect(sum(host, "Placed", { service: "photos", route: "POST /photos" })).toBe(1);
    expect(sum(host, "Latency", { service: "photos" })).toBe(80);
  });

  it("is left alone where it is malformed", async () => {
    const { host } = await start();
    for (const bad of ["plain text", '{"_aws":', '{"_aws":{}}', line({ Placed: "one", Latency: null })])
      host.hearLogLine(bad);
    expect(host.store.metrics()).toEqual([]);
  });
});

describe("percentiles", () => {
  it("are within 1% of the exact value", async () => {
    const { host } = await start();
    for (let value = 1; value <= 1000; value += 1) host.calls.recordMetric("Shop", "Latency", {}, value);
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
