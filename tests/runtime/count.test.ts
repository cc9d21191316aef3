import { afterEach, describe, expect, it, vi } from "vitest";
import { count } from "../../runtime/lambda/count";
import { captureLog } from "./captured-log";

const log = captureLog();
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a counter", () => {
  it("is one line in CloudWatch's embedded metric format, by function", () => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "orders-dev-relay");
    vi.spyOn(Date, "now").mockReturnValue(1_795_251_600_000);
    count("EventsRelayed", 3);
    expect(log.text()).toBe(
      `${JSON.stringify({
        _aws: {
          Timestamp: 1_795_251_600_000,
          CloudWatchMetrics: [
            {
              Namespace: "OrderPipeline",
              Dimensions: [["FunctionName"]],
              Metrics: [{ Name: "EventsRelayed", Unit: "Count" }],
            },
          ],
        },
        FunctionName: "orders-dev-relay",
        EventsRelayed: 3,
      })}\n`,
    );
  });
});
