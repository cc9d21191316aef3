import { beforeAll, describe, expect, it } from "vitest";
import { photoGraph, readerOf } from "./photo-graph";

let declared: ReturnType<typeof readerOf>;

beforeAll(async () => {
  declared = readerOf(await photoGraph());
});

describe("a function with nothing but its callback", () => {
  it("runs for 10 seconds in 512 MB, outside any VPC, with no concurrency of its own", () => {
    const { code: _, ...inputs } = declared.inputs("function", "plain");
    expect(inputs).toEqual({
      role: declared.arn("role", "plain"),
      handler: "index.resizePhotoHandler",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      timeout: 10,
      memorySize: 512,
      environment: { variables: { ALBUM: "holiday", NODE_OPTIONS: "--enable-source-maps" } },
      loggingConfig: {
        logFormat: "JSON",
        logGroup: declared.nameOf("logGroup", "plain"),
        applicationLogLevel: "INFO",
        systemLogLevel: "WARN",
      },
      tracingConfig: { mode: "Active" },
    });
  });

  it("may write its log and its trace, and nothing else", () => {
    expect(declared.statements("rolePolicy", "plain")).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`${String(declared.arn("logGroup", "plain"))}:*`],
      },
      { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: ["*"] },
    ]);
  });

  it("is run by Lambda, under no condition that AWS does not document for it", () => {
    expect(JSON.parse(String(declared.inputs("role", "plain")["assumeRolePolicy"])).Statement).toEqual([
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });
});

describe("a function that keeps failed events", () => {
  it("sends asynchronous events that failed in all attempts to a dead-letter queue of its own", () => {
    expect(declared.inputs("asyncSettings", "guarded")).toEqual({
      functionName: declared.nameOf("function", "guarded"),
      destinationConfig: { onFailure: { destination: declared.arn("queue", "guarded-dlq") } },
    });
    expect(declared.statements("rolePolicy", "guarded").at(-1)).toEqual({
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [declared.arn("queue", "guarded-dlq")],
    });
    expect(declared.inputs("alarm", "guarded-dlq-not-empty")).toMatchObject({
      alarmDescription: "A photo was not guarded.",
    });
    expect(declared.has("asyncSettings", "plain")).toBe(false);
  });
});

describe("a function with a network, a key, grants and a reservation", () => {
  it("has each of them", () => {
    expect(declared.inputs("function", "guarded")).toMatchObject({
      reservedConcurrentExecutions: 2,
      vpcConfig: { subnetIds: [expect.any(String), expect.any(String)], securityGroupIds: [expect.any(String)] },
      environment: { variables: { ALBUM: "holiday", THUMBNAIL_WIDTH: "120" } },
    });
    expect(declared.inputs("logGroup", "guarded")).toEqual({
      name: "/photo-album/test/guarded",
      retentionInDays: 3,
      kmsKeyId: declared.arn("key", "own"),
    });
    expect(declared.statements("rolePolicy", "guarded").slice(-3, -1)).toEqual([
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [declared.arn("queue", "photos")] },
      { Effect: "Allow", Action: ["sqs:ChangeMessageVisibility"], Resource: [declared.arn("queue", "photos")] },
    ]);
  });
});
