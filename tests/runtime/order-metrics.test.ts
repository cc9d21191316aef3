import { afterEach, describe, expect, it, vi } from "vitest";
import { metricsTarget, record, recordBy } from "../../runtime/orders/record-metrics";
import { captureLog } from "./captured-log";

const log = captureLog();
afterEach(() => {
  vi.unstubAllEnvs();
});

const lines = () =>
  log
    .text()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("a metric of the pipeline", () => {
  it("is one line in CloudWatch's embedded metric format, in the namespace and by the stack of the environment", () => {
    vi.stubEnv("METRICS_NAMESPACE", "Shop/Orders");
    vi.stubEnv("METRICS_STACK", "order-pipeline-dev");
    vi.spyOn(Date, "now").mockReturnValue(1_795_251_600_000);
    record({ OrdersProcessed: 3, OrdersShipped: 2, TimeToShip: [0.5, 2] });
    expect(log.text()).toBe(
      `${JSON.stringify({
        _aws: {
          Timestamp: 1_795_251_600_000,
          CloudWatchMetrics: [
            {
              Namespace: "Shop/Orders",
              Dimensions: [["Stack"]],
              Metrics: [
                { Name: "OrdersProcessed", Unit: "Count" },
                { Name: "OrdersShipped", Unit: "Count" },
                { Name: "TimeToShip", Unit: "Seconds" },
              ],
            },
          ],
        },
        Stack: "order-pipeline-dev",
        OrdersProcessed: 3,
        OrdersShipped: 2,
        TimeToShip: [0.5, 2],
      })}\n`,
    );
  });

  it("may be divided by a dimension with few values", () => {
    recordBy("OrdersReceived", { Channel: "file" });
    expect(lines()).toEqual([
      expect.objectContaining({
        _aws: expect.objectContaining({
          CloudWatchMetrics: [
            {
              Namespace: "OrderPipeline",
              Dimensions: [["Stack", "Channel"]],
              Metrics: [{ Name: "OrdersReceived", Unit: "Count" }],
            },
          ],
        }),
        Stack: "local",
        Channel: "file",
        OrdersReceived: 1,
      }),
    ]);
  });

  it("has at most 100 values in a line, which is what CloudWatch reads", () => {
    const times = Array.from({ length: 201 }, (_, index) => index);
    record({ OrdersShipped: 201, TimeToShip: times });
    expect(lines().map(({ OrdersShipped, TimeToShip }) => [OrdersShipped, TimeToShip])).toEqual([
      [201, times.slice(0, 100)],
      [undefined, times.slice(100, 200)],
      [undefined, 200],
    ]);
  });

  it("does not compile under a name, a division or a value of one that the catalogue does not have", () => {
    // @ts-expect-error a misspelt name
    expect(() => record({ OrdersShiped: 1 })).toThrow();
    // @ts-expect-error a channel that there is not
    recordBy("OrdersReceived", { Channel: "fax" });
    // @ts-expect-error it is divided, and must say by what
    recordBy("OrdersReceived");
    // @ts-expect-error it is not divided
    recordBy("OrdersShipped", { Channel: "api" });
  });

  it("of the reconciler's calls has the same namespace and stack", () => {
    vi.stubEnv("METRICS_NAMESPACE", "Shop/Orders");
    vi.stubEnv("METRICS_STACK", "order-pipeline-dev");
    expect(metricsTarget()).toEqual({ namespace: "Shop/Orders", dimensions: { Stack: "order-pipeline-dev" } });
  });
});
