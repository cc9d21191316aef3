import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../settings";
import { complaintsOfPlaceholders } from "../../settings/placeholders";
import { complaintsOfStackName } from "../../settings/stack-name";

const valid = { "aws:region": "eu-central-1", "project:paymentUrl": "simulated", "project:shippingUrl": "simulated" };

const read = (settings: Readonly<Record<string, string>>) => {
  pulumi.runtime.setAllConfig({ ...valid, ...settings });
  return readSettings();
};

const complaint = (settings: Readonly<Record<string, string>>): string => {
  try {
    read(settings);
  } catch (error) {
    return String(error);
  }
  return "accepted";
};

describe("the settings of a stack", () => {
  it("have defaults that cost nothing and protect nothing", () => {
    expect(read({})).toEqual({
      region: "eu-central-1",
      paymentUrl: "simulated",
      shippingUrl: "simulated",
      paymentKey: undefined,
      shippingKey: undefined,
      slackWebhookUrl: undefined,
      partners: [],
      webhooks: [],
      publisherAccounts: [],
      corsOrigins: [],
      throttling: { read: { rate: 1_000, burst: 2_000 }, write: { rate: 500, burst: 1_000 } },
      openOrderAlarmMinutes: 60,
      logRetentionDays: 30,
      metricsNamespace: "OrderPipeline",
      runbooks: "docs/operations.md",
      accountConcurrency: 1_000,
      provider: {},
      protect: false,
      vpc: false,
      customerManagedKey: false,
      tags: {},
    });
  });

  it("keep the part of a throttle that is not set", () => {
    const { throttling } = read({ "project:throttling": '{"write":{"rate":5,"burst":10}}' });
    expect(throttling).toEqual({ read: { rate: 1_000, burst: 2_000 }, write: { rate: 5, burst: 10 } });
  });

  it.each([
    ["project:logRetentionDays", "8", "logRetentionDays is 8: Invalid option: expected one of 1|3|5|7|14|30|60|"],
    [
      "project:paymentUrl",
      "http://payments.example.com",
      'paymentUrl is "http://payments.example.com": it must be an https URL, or `simulated`.',
    ],
    ["project:alertEmail", "nobody", 'alertEmail is "nobody": Invalid email address.'],
    [
      "project:metricsNamespace",
      "AWS/Orders",
      'metricsNamespace is "AWS/Orders": it must be 1 to 255 letters, digits and . - _ / # :, and not begin with AWS/.',
    ],
    ["project:reservedConcurrency", "1", "reservedConcurrency is 1: Too small: expected number to be >=2."],
    ["project:protect", "yes", 'protect is "yes": Invalid input: expected boolean, received string.'],
    [
      "project:corsOrigins",
      '["https://shop.example/"]',
      'corsOrigins.0 is "https://shop.example/": it must be a web origin',
    ],
    [
      "project:auth",
      '{"issuer":"http://login.example","audience":["a"]}',
      'auth.issuer is "http://login.example": it must be an https URL.',
    ],
    [
      "project:throttling",
      '{"write":{"rate":0,"burst":1}}',
      "throttling.write.rate is 0: Too small: expected number to be >=0.1.",
    ],
    [
      "project:warmThroughput",
      '{"readUnitsPerSecond":1,"writeUnitsPerSecond":4000}',
      "warmThroughput.readUnitsPerSecond is 1: Too small: expected number to be >=12000.",
    ],
    [
      "project:partners",
      '[{"name":"returns","eventTypes":["OrderReturned"]}]',
      'partners.0.eventTypes.0 is "OrderReturned": Invalid option: expected one of "OrderPlaced"|"OrderPaid"|',
    ],
    [
      "project:partners",
      '[{"name":"The Warehouse"}]',
      'partners.0.name is "The Warehouse": it must be a name of 1 to 30 lower-case letters, digits and hyphens',
    ],
    [
      "project:partners",
      '[{"name":"a","accountId":"12"}]',
      'partners.0.accountId is "12": it must be the 12 digits of an AWS account, in quotes.',
    ],
    ["project:partners", '[{"name":"a"},{"name":"a"}]', "each name may occur only once."],
    [
      "project:webhooks",
      '[{"url":"http://partner.example/"}]',
      'webhooks.0.url is "http://partner.example/": it must be an https URL.',
    ],
    [
      "project:publisherAccounts",
      "[123456789012]",
      "publisherAccounts.0 is 123456789012: it must be the 12 digits of an AWS account, in quotes.",
    ],
    [
      "project:publishSchedule",
      '{"expression":"every minute"}',
      'publishSchedule.expression is "every minute": it must be rate(...), cron(...) or at(...), such as rate(5 minutes).',
    ],
    ["project:rejectionEmail", "nobody", 'rejectionEmail is "nobody": Invalid email address.'],
    [
      "project:alertMail",
      "a@example.com",
      "alertMail is not a setting. Settings are: accessLogBucket, accountConcurrency, alertEmail, auth,",
    ],
    ["aws:region", "Frankfurt", 'aws:region is "Frankfurt": it must be an AWS region, such as eu-central-1.'],
  ])("name %s with its value %s and say what is right", (key, value, expected) => {
    const said = complaint({ [key]: value });
    expect(said).toContain("SettingsError: The settings of the stack stack (Pulumi.stack.yaml) are wrong:");
    expect(said).toContain(expected);
  });

  it("name each AWS provider option that is not passed on", () => {
    expect(complaint({ "aws:assumeRole": '{"roleArn":"arn:aws:iam::444455556666:role/deploy"}' })).toContain(
      "aws:assumeRole is not passed on to the AWS provider. Passed on are: aws:accessKey, aws:allowedAccountIds, aws:assumeRoleWithWebIdentity, aws:assumeRoles,",
    );
    expect(complaint({ "aws:defaultTags": '{"tags":{}}' })).toContain(
      "aws:defaultTags is not passed on to the AWS provider: set tags instead.",
    );
    expect(complaint({ "aws:allowedAccountIds": "[444455556666]" })).toContain(
      "aws:allowedAccountIds.0 is 444455556666: it must be the 12 digits of an AWS account, in quotes.",
    );
    expect(complaint({ "aws:assumeRoles": "arn:aws:iam::444455556666:role/deploy" })).toContain(
      "aws:assumeRoles is not shown: it must be JSON, as the AWS provider documents it.",
    );
  });

  it("want to know the account that a stack with real services is deployed to", () => {
    const real = {
      "project:paymentUrl": "https://payments.shop.internal",
      "project:paymentKey": "key",
    };
    expect(complaint(real)).toContain(
      "aws:allowedAccountIds is missing: a stack with real services may be deployed only to the accounts that it names. Set it with: pulumi config set --path 'aws:allowedAccountIds[0]' <the account's 12 digits>",
    );
    expect(complaint({ ...real, "aws:allowedAccountIds": '["444455556666"]' })).toBe("accepted");
    expect(complaint({ ...real, "aws:allowedAccountIds": '["111122223333"]' })).toContain(
      'aws:allowedAccountIds.0 is "111122223333": it is an account of AWS\'s documentation. Set it to your own.',
    );
  });

  it.each([
    ["a dot", "team.prod"],
    ["capitals", "Prod"],
    ["an underscore", "prod_eu"],
    ["more than 34 characters", "p".repeat(35)],
    ["aws, which Cognito refuses", "laws"],
    ["cognito, which Cognito refuses", "cognito-trial"],
    ["a hyphen at its end", "prod-"],
  ])("refuse a stack's name with %s before anything is made", (_, stack) => {
    expect(complaintsOfStackName(stack)).toEqual([
      expect.stringContaining(`The stack's name is "${stack}": it must be`),
    ]);
  });

  it.each(["dev", "jo-dev", "prod", "p2", "p".repeat(34)])("accept the stack's name %s", (stack) => {
    expect(complaintsOfStackName(stack)).toEqual([]);
  });

  it.each([
    ["paymentUrl", "https://payments.example.com"],
    ["shippingUrl", "https://shipping.example"],
    ["alertEmail", "orders@example.com"],
    ["rejectionEmail", "orders@mail.example.org"],
    ["auth.issuer", "https://login.example.net/pool"],
    ["corsOrigins.0", "https://shop.test"],
    ["webhooks.0.url", "https://hooks.invalid/orders"],
  ])("refuse the placeholder in %s outside dev: %s", (name, value) => {
    const [key = "", ...path] = name.split(".");
    const setting = path.reduceRight<unknown>((inner, step) => (step === "0" ? [inner] : { [step]: inner }), value);
    expect(complaintsOfPlaceholders({ [key]: setting })).toEqual([
      `${name} is "${value}": it is a placeholder of the documentation. Set it to your own.`,
    ]);
  });

  it("do not mistake a real domain for a placeholder", () => {
    const own = ["https://example.shop/", "https://my-example.com/", "orders@latest.com", "simulated"];
    expect(complaintsOfPlaceholders({ corsOrigins: own })).toEqual([]);
  });

  it.each([
    ['{"aws:owner":"me"}', 'the key "aws:owner"'],
    ['{"AWS:owner":"me"}', 'the key "AWS:owner"'],
    ['{"owner!":"me"}', 'the key "owner!"'],
    ['{"owner":"me & you"}', 'tags.owner is "me & you"'],
    ['{"owner":"aws:me"}', 'tags.owner is "aws:me"'],
  ])("refuse the tags %s, as AWS does", (tags, expected) => {
    expect(complaint({ "project:tags": tags })).toContain(expected);
  });

  it("refuse more tags than AWS allows", () => {
    const tags = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, ""])));
    expect(complaint({ "project:tags": tags(48) })).toBe("accepted");
    expect(complaint({ "project:tags": tags(49) })).toContain("it may have at most 48 tags: AWS allows 50");
  });

  it.each(["cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1"])("refuse %s by name", (region) => {
    expect(complaint({ "aws:region": region })).toContain(
      `aws:region is "${region}": it is of another partition than aws, whose ARNs and host names this program does not write.`,
    );
  });

  it("refuse a service on another port than the one that functions in a VPC may call", () => {
    const settings = {
      "aws:allowedAccountIds": '["444455556666"]',
      "project:paymentUrl": "https://payments.shop.internal:8443",
      "project:paymentKey": "key",
    };
    expect(complaint({ ...settings, "project:vpc": "true" })).toContain(
      'paymentUrl is "https://payments.shop.internal:8443": with vpc it must be on port 443, the only one that functions in the VPC can reach.',
    );
    expect(complaint({ ...settings, "project:vpc": "false" })).toBe("accepted");
    const standard = { ...settings, "project:paymentUrl": "https://payments.shop.internal:443" };
    expect(complaint({ ...standard, "project:vpc": "true" })).toBe("accepted");
  });

  it("are all checked before anything is said", () => {
    const said = complaint({ "project:protect": "yes", "project:vpc": "no" });
    expect(said.split("\n")).toHaveLength(3);
  });

  it("ask for the key of a service that is not simulated", () => {
    expect(complaint({ "project:paymentUrl": "https://payments.shop.internal" })).toContain(
      "paymentKey is missing: https://payments.shop.internal needs one. Set it with: pulumi config set --secret paymentKey",
    );
  });

  it("refuse a Slack webhook that is not an https URL, without showing it", () => {
    const said = complaint({ "project:slackWebhookUrl": "http://hooks.slack.example/canary" });
    expect(said).toContain("slackWebhookUrl, which is not shown because it is secret, must be an https URL.");
    expect(said).not.toContain("canary");
  });

  it("never show a secret", async () => {
    const { paymentKey } = read({
      "project:paymentUrl": "https://payments.shop.internal",
      "project:paymentKey": "canary",
      "aws:allowedAccountIds": '["444455556666"]',
    });
    expect(paymentKey === undefined ? false : await pulumi.isSecret(paymentKey)).toBe(true);
    expect(complaint({ "project:paymentKey": "canary", "project:protect": "yes" })).not.toContain("canary");
  });
});
