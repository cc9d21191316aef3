import { describe, expect, it } from "vitest";
import {
  allow,
  asDeveloper,
  asRole,
  asRule,
  call,
  iam,
  policy,
  queueArn,
  refusal,
  role,
  roleArn,
  rolePolicy,
} from "./iam-fixture";
import { arnOf, resource } from "./recorded-context";

const keyArn = arnOf("kms", "key/1234");
const busArn = arnOf("events", "event-bus/photos");
const logArn = arnOf("logs", "log-group:/aws/lambda/writer");
const through = (service: string) => ({
  Principal: { AWS: "*" },
  Condition: {
    StringEquals: { "kms:CallerAccount": "000000000000", "kms:ViaService": `${service}.eu-west-1.amazonaws.com` },
  },
});
const events = { Principal: { Service: "events.amazonaws.com" } };
const both = ["kms:Decrypt", "kms:GenerateDataKey*"];

const key = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
  resource("aws:kms/key:Key", "key", { policy: policy(...statements) }, { arn: keyArn });

const lets = policy(allow("sqs:SendMessage", queueArn, { Principal: { Service: "events.amazonaws.com" } }));

/** A role and a rule that may send to a queue, which is encrypted under the name of a key. */
const senders = (keyName: string, ...statements: readonly Readonly<Record<string, unknown>>[]) =>
  iam([
    role(),
    rolePolicy(policy(allow(["sqs:SendMessage", "sqs:DeleteMessage"], queueArn))),
    resource("aws:sqs/queue:Queue", "work", { policy: lets, kmsMasterKeyId: keyName }, { arn: queueArn }),
    key(...statements),
    resource(
      "aws:kms/alias:Alias",
      "key",
      { targetKeyId: "key" },
      { name: "alias/photos", arn: arnOf("kms", "alias/photos") },
    ),
  ]);

const send = call("sqs:SendMessage", queueArn);

describe("a call on a resource that a key of the program encrypts", () => {
  it.each([keyArn, "key", "alias/photos"])("needs the key %s as well", (name) => {
    expect(refusal(senders(name), asRole, send)?.message).toBe(
      `User: arn:aws:sts::000000000000:assumed-role/writer/writer is not authorized to perform: kms:GenerateDataKey on resource: ${keyArn} because no identity-based policy allows the kms:GenerateDataKey action`,
    );
    expect(refusal(senders(name, allow(both, "*", through("sqs"))), asRole, send)).toBeUndefined();
  });

  it("is refused when the key is for another service, or lacks one of its actions", () => {
    expect(refusal(senders(keyArn, allow(both, "*", through("sns"))), asRole, send)?.message).toContain("kms:");
    const decrypt = senders(keyArn, allow("kms:Decrypt", "*", through("sqs")));
    expect(refusal(decrypt, asRole, send)?.message).toContain("perform: kms:GenerateDataKey on");
    const generate = senders(keyArn, allow("kms:GenerateDataKey", "*", through("sqs")));
    expect(refusal(generate, asRole, send)?.message).toContain("perform: kms:Decrypt on");
  });

  it("of an AWS service needs the key in that service's own name", () => {
    expect(refusal(senders(keyArn, allow(both, "*", through("sqs"))), asRule, send)?.message).toBe(
      `User: events.amazonaws.com is not authorized to perform: kms:GenerateDataKey on resource: ${keyArn} because no resource-based policy allows the kms:GenerateDataKey action`,
    );
    const own = { ...events, Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } } };
    expect(refusal(senders(keyArn, allow(both, "*", own)), asRule, send)).toBeUndefined();
    expect(refusal(senders(keyArn, allow(both, "*", own)), asRole, send)).toBeDefined();
  });

  it("may be allowed by the queue alone, which SQS names to the key whoever calls", () => {
    const byQueue = (queue: string) => ({
      ...events,
      Condition: { ArnLike: { "kms:EncryptionContext:aws:sqs:arn": queue } },
    });
    expect(refusal(senders(keyArn, allow(both, "*", byQueue(queueArn))), asRule, send)).toBeUndefined();
    expect(refusal(senders(keyArn, allow(both, "*", byQueue(`${queueArn}-dlq`))), asRule, send)).toBeDefined();
  });

  it("needs none where the call touches no data, under a key of AWS's, or for the developer", () => {
    expect(refusal(senders(keyArn), asRole, call("sqs:DeleteMessage", queueArn))).toBeUndefined();
    expect(refusal(senders("alias/aws/sqs"), asRole, send)).toBeUndefined();
    expect(refusal(senders(keyArn), asDeveloper, send)).toBeUndefined();
  });

  it("is refused by the key alone when the caller may do all else, and stays so for a table's index", () => {
    const table = arnOf("dynamodb", "table/photos");
    const access = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
      iam([
        role(),
        rolePolicy(policy(allow("dynamodb:Query", `${table}/index/by-customer`))),
        resource("aws:dynamodb/table:Table", "photos", { serverSideEncryption: { kmsKeyArn: keyArn } }, { arn: table }),
        key(...statements),
      ]);
    const query = call("dynamodb:Query", `${table}/index/by-customer`);
    expect(refusal(access(), asRole, query)?.message).toContain("perform: kms:Decrypt on");
    expect(refusal(access(allow("kms:Decrypt", "*", through("dynamodb"))), asRole, query)).toBeUndefined();
  });

  it.each([
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  ])("is any on an object of a bucket with an %s, and the bucket's policy counts for it", (type) => {
    const bucket = "arn:aws:s3:::photos";
    const rules = [{ applyServerSideEncryptionByDefault: { kmsMasterKeyId: keyArn } }];
    const access = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
      iam([
        role(),
        resource("aws:s3/bucketPolicy:BucketPolicy", "photos", {
          bucket: "photos",
          policy: policy(allow("s3:GetObject", `${bucket}/*`, { Principal: { AWS: roleArn } })),
        }),
        resource(type, "photos", { bucket: "photos", rules }),
        key(...statements),
      ]);
    const get = call("s3:GetObject", `${bucket}/cats/1.jpg`);
    expect(refusal(access(), asRole, get)?.message).toContain("perform: kms:Decrypt on");
    expect(refusal(access(allow("kms:Decrypt", "*", through("s3"))), asRole, get)).toBeUndefined();
  });
});

describe("a key that is not enabled", () => {
  const disabled = (type: string, arn: string, inputs: Readonly<Record<string, unknown>>) =>
    iam([
      role(),
      rolePolicy(policy(allow(["sqs:SendMessage", "sqs:DeleteMessage", "sns:Publish"], arn))),
      resource(type, "work", inputs, { arn }),
      resource(
        "aws:kms/key:Key",
        "key",
        { isEnabled: false, policy: policy(allow(both, "*", { Principal: { AWS: "*" } })) },
        { arn: keyArn },
      ),
    ]);

  it("serves nobody, whatever its policy allows", () => {
    const queue = disabled("aws:sqs/queue:Queue", queueArn, { kmsMasterKeyId: keyArn });
    for (const caller of [asRole, asDeveloper]) {
      expect(refusal(queue, caller, send)).toMatchObject({ name: "KmsDisabled", message: `${keyArn} is disabled.` });
    }
    expect(refusal(queue, asRole, call("sqs:DeleteMessage", queueArn))).toBeUndefined();
    const topicArn = arnOf("sns", "news");
    const topic = disabled("aws:sns/topic:Topic", topicArn, { kmsMasterKeyId: keyArn });
    expect(refusal(topic, asRole, call("sns:Publish", topicArn))?.name).toBe("KMSDisabled");
  });
});

describe("a rule that publishes to an encrypted topic", () => {
  const topicArn = arnOf("sns", "news");
  const published = (Condition?: object) =>
    refusal(
      iam([
        resource(
          "aws:sns/topic:Topic",
          "news",
          { kmsMasterKeyId: keyArn, policy: policy(allow("sns:Publish", topicArn, events)) },
          { arn: topicArn },
        ),
        key(allow(both, "*", { ...events, ...(Condition === undefined ? {} : { Condition }) })),
      ]),
      asRule,
      call("sns:Publish", topicArn),
    );

  it("names no source to the key, as AWS documents", () => {
    expect(published()).toBeUndefined();
    expect(published({ StringEquals: { "aws:SourceAccount": "000000000000" } })?.message).toContain("kms:");
    expect(published({ ArnLike: { "aws:SourceArn": "arn:aws:events:*:*:rule/*" } })?.message).toContain("kms:");
  });
});

describe("a service that keeps data under a key of the program", () => {
  const ofBus = { Condition: { ArnLike: { "kms:EncryptionContext:aws:events:event-bus:arn": busArn } } };
  const looks = allow("kms:DescribeKey", "*", events);
  const uses = allow(["kms:GenerateDataKey", "kms:Decrypt"], "*", { ...events, ...ofBus });
  const bus = resource("aws:cloudwatch/eventBus:EventBus", "photos", { kmsKeyIdentifier: keyArn }, { arn: busArn });
  const archive = resource("aws:cloudwatch/eventArchive:EventArchive", "photos", {
    kmsKeyIdentifier: keyArn,
    eventSourceArn: busArn,
  });

  it("must be able to use it: an event bus is refused at the start with what its key lacks", () => {
    expect(() => iam([bus, key(uses)])).toThrow(
      `EventBridge may not use the event bus's KMS key. Its key is ${keyArn}; let events.amazonaws.com do kms:DescribeKey for kms:EncryptionContext:aws:events:event-bus:arn ${busArn}.`,
    );
    expect(() => iam([bus, key(looks)])).toThrow("do kms:GenerateDataKey, kms:Decrypt for");
    expect(() => iam([bus, key(looks, uses)])).not.toThrow();
  });

  it("an archive needs to encrypt anew as well", () => {
    expect(() => iam([archive, key(looks, uses)])).toThrow("do kms:ReEncryptTo for");
    const anew = allow("kms:ReEncrypt*", "*", { ...events, ...ofBus });
    expect(() => iam([archive, key(looks, uses, anew)])).not.toThrow();
  });

  it("and so does a log group's key let the region's Logs", () => {
    const group = resource("aws:cloudwatch/logGroup:LogGroup", "writer", { kmsKeyId: keyArn }, { arn: logArn });
    const logs = (service: string) =>
      allow(["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"], "*", {
        Principal: { Service: service },
        Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arnOf("logs", "log-group:*") } },
      });
    expect(() => iam([group, key(logs("logs.amazonaws.com"))])).toThrow(
      "let logs.eu-west-1.amazonaws.com do kms:Encrypt,",
    );
    expect(() => iam([group, key(logs("logs.eu-west-1.amazonaws.com"))])).not.toThrow();
  });
});
