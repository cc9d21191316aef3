import { describe, expect, it } from "vitest";
import { assertNames } from "../src/kernel/program/name-rule";
import { serviceDeclarations } from "../src/service-declarations";
import { recordedContext, resource } from "./recorded-context";

const rules = serviceDeclarations.flatMap(({ names = [] }) => names);

const said = (type: string, name: string, property = "name"): string => {
  try {
    assertNames(recordedContext({ resources: [resource(type, "one", {}, { [property]: name })] }).graph, rules);
    return "accepted";
  } catch (error) {
    return String(error);
  }
};

describe("a name of as many characters as AWS takes", () => {
  it.each([
    ["aws:sqs/queue:Queue", 80],
    ["aws:sns/topic:Topic", 256],
    ["aws:lambda/function:Function", 64],
    ["aws:dynamodb/table:Table", 255],
    ["aws:cloudwatch/eventBus:EventBus", 256],
    ["aws:cloudwatch/eventRule:EventRule", 64],
    ["aws:cloudwatch/eventArchive:EventArchive", 48],
    ["aws:scheduler/schedule:Schedule", 64],
    ["aws:sfn/stateMachine:StateMachine", 80],
    ["aws:iam/role:Role", 64],
    ["aws:cloudwatch/metricAlarm:MetricAlarm", 255],
    ["aws:cloudwatch/compositeAlarm:CompositeAlarm", 255, "alarmName"],
    ["aws:cloudwatch/dashboard:Dashboard", 255, "dashboardName"],
    ["aws:cloudwatch/logGroup:LogGroup", 512],
    ["aws:cognito/userPool:UserPool", 128],
    ["aws:s3/bucket:Bucket", 63, "bucket"],
  ])("of %s is %i long, and one more is refused", (type, most, property = "name") => {
    expect(said(type, "a".repeat(most), property)).toBe("accepted");
    const refusal = said(type, "a".repeat(most + 1), property);
    expect(refusal).toContain(`urn:pulumi:test::flow::${type}::one: its ${property} "aaa`);
    expect(refusal).toMatch(new RegExp(`has ${most + 1} characters; AWS takes \\d to ${most} of .*https://docs.aws`));
  });

  it("behind alias/ of a key counts with it", () => {
    expect(said("aws:kms/alias:Alias", `alias/${"a".repeat(250)}`)).toBe("accepted");
    expect(said("aws:kms/alias:Alias", `alias/${"a".repeat(251)}`)).toContain("has 257 characters");
  });
});

describe("a name of characters that AWS does not take", () => {
  it.each([
    ["aws:sqs/queue:Queue", "a.b"],
    ["aws:lambda/function:Function", "a b"],
    ["aws:dynamodb/table:Table", "a/b"],
    ["aws:dynamodb/table:Table", "ab"],
    ["aws:sfn/stateMachine:StateMachine", "a:b"],
    ["aws:iam/role:Role", "a/b"],
    ["aws:cloudwatch/eventRule:EventRule", "ä"],
    ["aws:kms/alias:Alias", "alias/aws/mine"],
    ["aws:kms/alias:Alias", "mine"],
  ])("of %s is refused: %j", (type, name) => {
    expect(said(type, name)).toContain(JSON.stringify(name));
  });

  it.each(["Capital", "a..b", "-a", "xn--a"])("of a bucket is refused: %j", (name) => {
    expect(said("aws:s3/bucket:Bucket", name, "bucket")).toContain(JSON.stringify(name));
  });

  it("is not one that ends with .fifo", () => {
    expect(said("aws:sqs/queue:Queue", "steps.fifo")).toBe("accepted");
  });
});
