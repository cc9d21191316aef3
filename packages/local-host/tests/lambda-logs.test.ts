import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ActionCall, ActionOutput } from "../src/kernel/endpoint/aws-service";
import { type LogGroupHost, type LogGroupOptions, logGroupHost } from "../src/services/logs/log-group-host";
import { LambdaFixture } from "./lambda-fixture";

let fixture: LambdaFixture;
beforeEach(() => {
  fixture = new LambdaFixture();
  fixture.resource(
    "aws:cloudwatch/logGroup:LogGroup",
    "/aws/lambda/work",
    "/aws/lambda/work",
    { name: "/aws/lambda/work", retentionInDays: 14 },
    { arn: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/work" },
  );
});
afterEach(() => fixture.dispose());

const start = async (options: LogGroupOptions = {}): Promise<LogGroupHost> => {
  const host = logGroupHost(fixture.context, options);
  fixture.stopFirst(host);
  await host.start();
  return host;
};
const call = (host: LogGroupHost, action: string, input: ActionCall["input"]): Promise<ActionOutput> =>
  host.service.call({ principal: { kind: "developer" }, action, input });
const file = () => join(fixture.context.dataDir, "logs/aws/lambda/work.log");

describe("a log group", () => {
  it("keeps its lines in a file of its name, each with its time", async () => {
    const host = await start();
    host.calls.writeLog("/aws/lambda/work", "first");
    host.calls.writeLog("/aws/lambda/work", "second\rline");
    await host.stop();
    expect(readFileSync(file(), "utf8")).toMatch(/^\d{4}-\S+Z first\n\d{4}-\S+Z second\nline\n$/);
  });

  it("tells listeners each line until they stop listening", async () => {
    const host = await start();
    const heard: string[] = [];
    const stopListening = host.onLine(({ logGroup, message }) => heard.push(`${logGroup} ${message}`));
    host.calls.writeLog("/aws/lambda/work", "one");
    stopListening();
    host.calls.writeLog("/aws/lambda/work", "two");
    expect(heard).toEqual(["/aws/lambda/work one"]);
  });

  it("answers FilterLogEvents by time and by words, across a restart", async () => {
    const first = await start();
    first.calls.writeLog("/aws/lambda/work", "photo a PAID\rwith details");
    first.calls.writeLog("/aws/lambda/work", "photo b SHIPPED");
    await first.stop();
    const host = await start();
    const logGroupName = "/aws/lambda/work";
    const found = await call(host, "FilterLogEvents", { logGroupName, filterPattern: 'photo "PAID"' });
    expect(found["events"]).toMatchObject([{ message: "photo a PAID\nwith details", timestamp: expect.any(Number) }]);
    expect((await call(host, "FilterLogEvents", { logGroupName, startTime: Date.now() + 1000 }))["events"]).toEqual([]);
    await expect(call(host, "FilterLogEvents", { logGroupName: "none" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("is described with its retention", async () => {
    const { logGroups } = await call(await start(), "DescribeLogGroups", { logGroupNamePrefix: "/aws" });
    expect(logGroups).toMatchObject([{ logGroupName: "/aws/lambda/work", retentionInDays: 14 }]);
  });

  it("keeps to its size by dropping the oldest file", async () => {
    const host = await start({ limitBytes: 100 });
    for (const word of ["oldest", "middle", "newest"]) {
      host.calls.writeLog("/aws/lambda/work", word.padEnd(60, "."));
      await new Promise(setImmediate);
    }
    const { events } = await call(host, "FilterLogEvents", { logGroupName: "/aws/lambda/work" });
    expect(events).toMatchObject([
      { message: expect.stringMatching(/^middle/) },
      { message: expect.stringMatching(/^newest/) },
    ]);
  });

  it("that is not declared loses its lines, and this is said once", async () => {
    const host = await start();
    host.calls.writeLog("/aws/lambda/other", "lost");
    host.calls.writeLog("/aws/lambda/other", "lost too");
    await host.stop();
    expect(fixture.happened.map(({ resource, level }) => [resource, level])).toEqual([["/aws/lambda/other", "warn"]]);
    expect(existsSync(join(fixture.context.dataDir, "logs/aws/lambda/other.log"))).toBe(false);
  });
});
