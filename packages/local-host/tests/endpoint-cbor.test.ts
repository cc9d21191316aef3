import { cbor, tag } from "@smithy/core/cbor";
import { describe, expect, it, onTestFinished } from "vitest";
import { startAwsEndpoint } from "../src/kernel/endpoint/aws-endpoint";
import { Credentials } from "../src/kernel/endpoint/credentials";
import { START, start } from "./metrics-fixture";

/** CloudWatch behind an endpoint, called as boto3 and the AWS CLI do. */
const cloudwatch = async () => {
  const { host, context } = await start();
  const endpoint = await startAwsEndpoint({
    port: 0,
    services: [host.service],
    credentials: new Credentials(),
    events: context.events,
  });
  onTestFinished(() => endpoint.stop());
  return async (action: string, body: Uint8Array) => {
    const path = `/service/GraniteServiceVersion20100801/operation/${action}`;
    const headers = { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" };
    const answer = await fetch(`http://127.0.0.1:${endpoint.port}${path}`, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
    });
    expect(answer.headers.get("smithy-protocol")).toBe("rpc-v2-cbor");
    expect(answer.headers.get("content-type")).toBe("application/cbor");
    return { status: answer.status, output: cbor.deserialize(new Uint8Array(await answer.arrayBuffer())) as unknown };
  };
};

/** A time as the SDKs send it. */
const at = (milliseconds: number) => tag({ tag: 1, value: milliseconds / 1000 });

describe("CloudWatch in CBOR", () => {
  it("takes metrics and gives them back, with times as times", async () => {
    const call = await cloudwatch();
    const MetricData = [{ MetricName: "Open", Timestamp: at(START), Value: 3, Unit: "Count" }];
    expect(await call("PutMetricData", cbor.serialize({ Namespace: "Shop", MetricData }))).toEqual({
      status: 200,
      output: {},
    });
    const range = { StartTime: at(START - 60_000), EndTime: at(START + 60_000) };
    const asked = { ...range, Namespace: "Shop", MetricName: "Open", Period: 60, Statistics: ["Sum"] };
    expect(await call("GetMetricStatistics", cbor.serialize(asked))).toMatchObject({
      status: 200,
      output: {
        Label: "Open",
        Datapoints: [{ Timestamp: { tag: 1, value: Math.floor(START / 60_000) * 60 }, Unit: "Count", Sum: 3 }],
      },
    });
  });

  it("answers errors in CBOR, and names what is not CBOR", async () => {
    const call = await cloudwatch();
    expect(await call("PutMetricData", cbor.serialize({ Namespace: "AWS/SQS", MetricData: [] }))).toMatchObject({
      status: 400,
      output: { __type: "InvalidParameterValue" },
    });
    for (const body of [Buffer.from("{}"), Buffer.alloc(100_000, 0x81)]) {
      expect(await call("PutMetricData", body)).toMatchObject({
        status: 400,
        output: { __type: "SerializationException" },
      });
    }
    expect(await call("PutDashboard", cbor.serialize({}))).toMatchObject({
      status: 400,
      output: { __type: "UnknownOperationException" },
    });
  });
});
