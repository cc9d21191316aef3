import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../src/kernel/endpoint/aws-service";
import type { Principal } from "../src/kernel/endpoint/principal";
import { IamAccessControl } from "../src/kernel/iam/iam-access-control";
import { eventBusHost } from "../src/services/event-bridge/event-bus-host";
import { keyService } from "../src/services/kms/key-service";
import { eventually } from "../testing/eventually";
import { archive, BUS, bodies, entry, QUEUE, rule, sent, target } from "./event-bus-fixture";
import { accessOfServices } from "./iam-fixture";
import { arnOf, callService, type RecordedContext, recordedContext, resource } from "./recorded-context";

const keyArn = arnOf("kms", "key/1234");
const busDeadLetters = arnOf("sqs", "photos-dlq");
const ruleDeadLetters = arnOf("sqs", "fulfilment-dlq");
const roleArn = arnOf("iam", "role/writer").replace("eu-west-1", "");
const asRole: Principal = { kind: "role", roleArn, actor: "writer" };

const anyone = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }],
});
const key = resource("aws:kms/key:Key", "1234", { policy: anyone, description: "photos" }, { arn: keyArn });
const alias = resource(
  "aws:kms/alias:Alias",
  "photos",
  { targetKeyId: "1234" },
  { name: "alias/photos", arn: arnOf("kms", "alias/photos") },
);
const lets = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" }],
});
const queue = resource("aws:sqs/queue:Queue", "work", { kmsMasterKeyId: keyArn, policy: lets }, { arn: QUEUE });

const withIam = (resources: RecordedContext["graph"]["resources"]): RecordedContext => {
  const context = recordedContext({ resources });
  return { ...context, access: new IamAccessControl(context.graph, accessOfServices) };
};

describe("a key", () => {
  const context = withIam([key, alias, queue]);
  const kms = keyService(context);
  const send = () =>
    context.access.check({ principal: { kind: "developer" }, action: "sqs:SendMessage", resourceArn: QUEUE });

  it.each([keyArn, "1234", "alias/photos", arnOf("kms", "alias/photos")])(
    "by the name %s can be disabled while the host runs, and is enabled again",
    async (KeyId) => {
      expect(send).not.toThrow();
      await callService(kms, "DisableKey", { KeyId });
      expect(send).toThrow(new AwsError("KmsDisabled", `${keyArn} is disabled.`));
      expect(await callService(kms, "DescribeKey", { KeyId })).toMatchObject({
        KeyMetadata: { Arn: keyArn, KeyId: "1234", Enabled: false, KeyState: "Disabled", Description: "photos" },
      });
      await callService(kms, "EnableKey", { KeyId });
      expect(send).not.toThrow();
      expect(await callService(kms, "DescribeKey", { KeyId })).toMatchObject({ KeyMetadata: { KeyState: "Enabled" } });
    },
  );

  it("is listed with its aliases", async () => {
    expect(await callService(kms, "ListKeys", {})).toMatchObject({ Keys: [{ KeyArn: keyArn, KeyId: "1234" }] });
    expect(await callService(kms, "ListAliases", {})).toMatchObject({
      Aliases: [{ AliasName: "alias/photos", TargetKeyId: "1234" }],
    });
  });

  it("that there is not is named", async () => {
    await expect(callService(kms, "DisableKey", { KeyId: "none" })).rejects.toThrow(
      new AwsError("NotFoundException", "Key 'none' does not exist"),
    );
    await expect(callService(kms, "EnableKey", { KeyId: "alias/none" })).rejects.toThrow(
      "Alias alias/none is not found.",
    );
  });

  it("is disabled by those alone who may", async () => {
    const closed = withIam([resource("aws:kms/key:Key", "1234", {}, { arn: keyArn })]);
    await expect(callService(keyService(closed), "DisableKey", { KeyId: "1234" }, asRole)).rejects.toMatchObject({
      message: expect.stringContaining("kms:DisableKey"),
    });
  });
});

describe("an event bus whose key is disabled", () => {
  const hosts: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop();
  });

  const started = async (inputs: Readonly<Record<string, unknown>>) => {
    const bus = resource(
      "aws:cloudwatch/eventBus:EventBus",
      "photos",
      { kmsKeyIdentifier: "alias/photos", ...inputs },
      { arn: BUS },
    );
    const refused = new AwsError("Unavailable", "not now", 503);
    let isRefused = false;
    const context = withIam([
      ...[key, alias, bus, rule(), archive],
      target({ deadLetterConfig: { arn: ruleDeadLetters } }),
    ]);
    const calls = {
      ...context.calls,
      sendMessage: async (...sending: Parameters<RecordedContext["calls"]["sendMessage"]>) => {
        if (isRefused && sending[1] === QUEUE) throw refused;
        await context.calls.sendMessage(...sending);
      },
    };
    const host = eventBusHost({ ...context, calls }, { backoff: () => 20 });
    hosts.push(host);
    await host.start();
    const { keys } = context.access;
    return {
      context,
      put: () => callService(host.service, "PutEvents", { Entries: [entry] }),
      archived: async () => (await callService(host.service, "DescribeArchive", { ArchiveName: "kept" }))["EventCount"],
      enable: (enabled: boolean) => keys?.setEnabled(keyArn, enabled),
      refuse: (refuses: boolean) => {
        isRefused = refuses;
      },
    };
  };
  const accepted = { FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] };

  it("answers success, and without a dead-letter queue of its own the events are gone", async () => {
    const { context, put, enable, archived } = await started({});
    enable(false);
    expect(await put()).toEqual(accepted);
    await eventually(() => expect(context.published.map(({ what }) => what)).toContain("dropped"));
    enable(true);
    expect(await put()).toEqual(accepted);
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(1));
    expect(await archived()).toBe(1);
    expect(context.recorded.filter(({ call }) => call === "sendMessage")).toHaveLength(1);
  });

  it("keeps them in its dead-letter queue, with the reason, and what comes later goes its way", async () => {
    const { context, put, enable } = await started({ deadLetterConfig: { arn: busDeadLetters } });
    enable(false);
    expect(await put()).toEqual(accepted);
    await eventually(() => expect(sent(context, busDeadLetters)).toHaveLength(1));
    expect(bodies(context, busDeadLetters)).toMatchObject([{ "detail-type": "PhotoAdded", detail: { photo: 1 } }]);
    expect(sent(context, busDeadLetters)[0]).toMatchObject({
      principal: { kind: "service", service: "events.amazonaws.com", sourceArn: BUS },
      value: { attributes: { ERROR_MESSAGE: { stringValue: `DisabledException: ${keyArn} is disabled.` } } },
    });
    expect(sent(context, QUEUE)).toEqual([]);
    enable(true);
    await put();
    await eventually(() => expect(sent(context, QUEUE)).toHaveLength(1));
    expect(sent(context, busDeadLetters)).toHaveLength(1);
  });

  it("sends what it had accepted before to the dead-letter queue of the rule's target", async () => {
    const { context, put, enable, refuse } = await started({ deadLetterConfig: { arn: busDeadLetters } });
    refuse(true);
    await put();
    await eventually(() =>
      expect(context.published.map(({ what }) => what)).toContain("delivery failed, will be retried"),
    );
    enable(false);
    await eventually(() => expect(sent(context, ruleDeadLetters)).toHaveLength(1));
    expect(sent(context, busDeadLetters)).toEqual([]);
  });
});
